using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>A checked <c>POST …/runs</c>.</summary>
internal sealed record RunRequest
{
    private const int LeastTokens = 256;
    private static readonly HashSet<string> s_fields =
    [
        "assistant_id", "additional_instructions", "stream", "max_prompt_tokens", "max_completion_tokens", "truncation_strategy", "tool_choice", "parallel_tool_calls",
        .. AgentSettings.Fields,
    ];

    private static readonly HashSet<string> s_runFields = [.. s_fields, "additional_messages"];
    private static readonly HashSet<string> s_threadAndRunFields = [.. s_fields, "thread"];
    private static readonly HashSet<string> s_truncationFields = ["type", "last_messages"];

    /// <summary>Who works.</summary>
    public required string AssistantId { get; init; }

    /// <summary>What this run sets instead of the assistant.</summary>
    public required AgentSettings Settings { get; init; }

    /// <summary>Instructions after the others.</summary>
    public string? AdditionalInstructions { get; init; }

    /// <summary>Messages added to the thread before the run.</summary>
    public IReadOnlyList<NewMessage> AdditionalMessages { get; init; } = [];

    /// <summary>The thread to begin; null where the path names one.</summary>
    public ThreadRequest? Thread { get; init; }

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>Limit of all prompts in tokens.</summary>
    public int? MaxPromptTokens { get; init; }

    /// <summary>Limit of all output in tokens.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Which messages the model is given.</summary>
    public TruncationStrategy Truncation { get; init; } = new();

    /// <summary>Which tools may or must be called.</summary>
    public ToolChoice Choice { get; init; } = ToolChoice.Auto;

    /// <summary>Whether several calls may be made at once.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>Reads <c>POST /threads/{id}/runs</c>.</summary>
    public static RunRequest ReadRun(FieldReader fields)
    {
        fields.OnlyKnown(s_runFields);
        return Read(fields) with { AdditionalMessages = [.. fields.Objects("additional_messages").Select(NewMessage.Read)] };
    }

    /// <summary>Reads <c>POST /threads/runs</c>.</summary>
    public static RunRequest ReadThreadAndRun(FieldReader fields)
    {
        fields.OnlyKnown(s_threadAndRunFields);
        return Read(fields) with { Thread = fields.Object("thread") is { } thread ? ThreadRequest.ReadCreate(thread) : new([], null) };
    }

    private static RunRequest Read(FieldReader fields) => new()
    {
        AssistantId = fields.RequiredText("assistant_id"),
        Settings = AgentSettings.Read(fields),
        AdditionalInstructions = fields.Text("additional_instructions"),
        Stream = fields.Flag("stream") ?? false,
        MaxPromptTokens = fields.Integer("max_prompt_tokens", LeastTokens),
        MaxCompletionTokens = fields.Integer("max_completion_tokens", LeastTokens),
        Truncation = ReadTruncation(fields),
        Choice = AgentToolReader.ReadChoice(fields),
        ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
    };

    private static TruncationStrategy ReadTruncation(FieldReader fields)
    {
        if (fields.Object("truncation_strategy") is not { } strategy)
            return new();
        strategy.OnlyKnown(s_truncationFields);
        var type = strategy.Choice("type", "auto", "last_messages") ?? strategy.RequiredText("type");
        var last = strategy.Integer("last_messages", minimum: 1);
        if (type == "last_messages" && last is null)
            strategy.Refuse(ParameterErrors.Missing(strategy.PathOf("last_messages")));
        return new(type, type == "last_messages" ? last : null);
    }
}

/// <summary>A checked <c>POST …/submit_tool_outputs</c>.</summary>
internal sealed record ToolAnswers(IReadOnlyList<ToolAnswer> Answers, bool Stream)
{
    private static readonly HashSet<string> s_fields = ["tool_outputs", "stream"];
    private static readonly HashSet<string> s_answerFields = ["tool_call_id", "output"];

    public static ToolAnswers Read(FieldReader fields)
    {
        fields.OnlyKnown(s_fields);
        if (fields.Value("tool_outputs") is null)
            fields.Refuse(ParameterErrors.Missing("tool_outputs"));
        return new([.. fields.Objects("tool_outputs").Select(ReadAnswer)], fields.Flag("stream") ?? false);
    }

    private static ToolAnswer ReadAnswer(FieldReader answer)
    {
        answer.OnlyKnown(s_answerFields);
        return new(answer.RequiredText("tool_call_id"), answer.Text("output") ?? "");
    }
}

/// <summary>What a caller's tool gave back.</summary>
internal sealed record ToolAnswer(string CallId, string Output);
