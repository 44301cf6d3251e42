using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tools;
using SessionAware.FakeResponsesBackend.WebSockets;

namespace SessionAware.FakeResponsesBackend.Requests;

/// <summary>Turns the body of <c>POST /responses</c>, and of its relatives that count or compact, into a <see cref="CreateRequest"/>.</summary>
internal static partial class CreateRequestReader
{
    private const int LongestCacheKey = 64;

    private static readonly HashSet<string> s_known =
    [
        "background", "context_management", "conversation", "frequency_penalty", "include", "input", "instructions", "max_output_tokens", "max_tool_calls",
        "metadata", "model", "moderation", "parallel_tool_calls", "presence_penalty", "previous_response_id", "prompt", "prompt_cache_key",
        "prompt_cache_options", "prompt_cache_retention", "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options",
        "temperature", "text", "tool_choice", "tools", "top_logprobs", "top_p", "truncation", "user",
    ];

    private static readonly HashSet<string> s_framed = [.. s_known, "type", "stream_id", "generate"];

    private static readonly HashSet<string> s_counted =
    [
        "conversation", "input", "instructions", "model", "parallel_tool_calls", "previous_response_id", "reasoning", "text", "tool_choice", "tools", "truncation",
    ];

    private static readonly HashSet<string> s_compacted =
        ["input", "instructions", "model", "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "service_tier"];

    private static readonly HashSet<string> s_streamOptions = ["include_obfuscation"];
    private static readonly HashSet<string> s_cacheOptions = ["ttl", "mode"];

    // Without generate_summary, which the specification still has and the service refuses.
    private static readonly HashSet<string> s_reasoningFields = ["effort", "summary", "context", "mode"];
    private static readonly HashSet<string> s_conversationFields = ["id"];
    private static readonly string[] s_efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];
    private static readonly string[] s_firstEfforts = ["minimal", "low", "medium", "high"];

    /// <summary>Reads the fields; faults go to <paramref name="fields"/>.</summary>
    public static CreateRequest Read(FieldReader fields)
    {
        var request = Read(fields, s_known, inputIsOptional: false);
        Check(request, fields);
        return request;
    }

    /// <summary>Reads a frame <c>response.create</c>: it streams whatever <c>stream</c> says, and never runs in the background.</summary>
    public static CreateRequest ReadFrame(FieldReader fields)
    {
        var request = Read(fields, s_framed, inputIsOptional: false) with { Stream = true, Generate = fields.Flag("generate") ?? true };
        if (request.Background)
            fields.Refuse(FrameErrors.Background());
        Check(request, fields);
        return request;
    }

    /// <summary>Reads the body of <c>POST /responses/input_tokens</c>.</summary>
    public static CreateRequest ReadCount(FieldReader fields) => Read(fields, s_counted, inputIsOptional: true);

    /// <summary>Reads the body of <c>POST /responses/compact</c>.</summary>
    public static CreateRequest ReadCompaction(FieldReader fields) => Read(fields, s_compacted, inputIsOptional: true);

    /// <summary>Reads in the order in which the service reports faults: model and input that are missing, unknown fields, then field by field.</summary>
    private static CreateRequest Read(FieldReader fields, HashSet<string> known, bool inputIsOptional)
    {
        var model = fields.RequiredText("model");
        if (!inputIsOptional && fields.Value("input") is null)
            fields.RefuseAbsence("input", "a string");
        if (fields.Value("messages") is not null)
            fields.Refuse(ParameterErrors.Moved("messages", "input"));
        fields.OnlyKnown(known);
        var input = ItemReader.ReadInput(fields);
        var include = Inclusions.Read(fields);
        var (tools, hosted) = ToolReader.ReadTools(fields);
        var request = new CreateRequest
        {
            Model = model,
            Input = input,
            Include = include,
            Tools = tools,
            HostedTool = hosted,
            ToolChoice = hosted is null ? ToolReader.ReadChoice(fields, tools) : ToolChoice.Auto,
            Metadata = MetadataReader.Read(fields) ?? [],
            Text = TextFormatReader.Read(fields),
            Temperature = fields.Decimal("temperature", maximum: 2),
            TopP = fields.Decimal("top_p", maximum: 1),
            PresencePenalty = fields.Decimal("presence_penalty", minimum: -2, maximum: 2),
            FrequencyPenalty = fields.Decimal("frequency_penalty", minimum: -2, maximum: 2),
            ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
            Stream = fields.Flag("stream") ?? false,
            IncludeObfuscation = ReadObfuscation(fields),
            Background = fields.Flag("background") ?? false,
            MaxOutputTokens = fields.Integer("max_output_tokens", minimum: 16),
            MaxToolCalls = fields.Integer("max_tool_calls", minimum: 1),
            Reasoning = ReadReasoning(fields),
            SafetyIdentifier = fields.Text("safety_identifier"),
            PromptCacheKey = fields.Text("prompt_cache_key", LongestCacheKey),
            PromptCacheRetention = fields.Choice("prompt_cache_retention", "in_memory", "24h"),
            Truncation = fields.Choice("truncation", "auto", "disabled") ?? "disabled",
            Instructions = fields.Text("instructions"),
            Store = fields.Flag("store") ?? true,
            ServiceTier = ReadTier(fields),
            TopLogprobs = fields.Integer("top_logprobs", minimum: 0, maximum: 20) ?? 0,
            PreviousResponseId = ReadId(fields, "previous_response_id", ResourceIdPrefix.Response),
            ConversationId = ReadConversation(fields),
            PromptId = fields.Object("prompt")?.RequiredText("id"),
        };
        // Only its type matters: it is not echoed.
        fields.Text("user");
        RefuseUnsupported(fields);
        if (request.PreviousResponseId is not null && request.ConversationId is not null)
            fields.Refuse(ParameterErrors.MutuallyExclusive("previous_response_id", "conversation"));
        return request;
    }

    /// <summary>What the emulated model cannot do is refused, never ignored, unless it asks for nothing.</summary>
    private static void RefuseUnsupported(FieldReader fields)
    {
        if (fields.Object("moderation") is not null)
            fields.Refuse(ParameterErrors.Unsupported("moderation"));
        if (fields.Object("prompt_cache_options") is { } options)
        {
            options.OnlyKnown(s_cacheOptions);
            fields.Refuse(ParameterErrors.Unsupported("prompt_cache_options"));
        }

        if (fields.Array("context_management", "objects")?.GetArrayLength() > 0)
            fields.Refuse(ParameterErrors.Unsupported("context_management"));
    }

    /// <summary>Rules between fields.</summary>
    private static void Check(CreateRequest request, FieldReader fields)
    {
        if (request is { Background: true, Store: false })
            fields.Refuse(ApiErrors.BackgroundWithoutStore());
        if (request is { Generate: true, Input.Count: 0, PreviousResponseId: null, ConversationId: null, PromptId: null })
            fields.Refuse(ApiErrors.EmptyInput());
        if (request.Text.Format is JsonObjectFormat && !MentionsJson(request))
            fields.Refuse(InputErrors.JsonModeWithoutTheWord());
    }

    /// <summary>JSON mode wants the word in the input, lest the model write blanks for ever; instructions do not count.</summary>
    private static bool MentionsJson(CreateRequest request) => request.PreviousResponseId is not null || request.ConversationId is not null
        || request.Input.Any(entry => entry.Reference is not null || entry.Item!.PlainText.Contains("json", StringComparison.OrdinalIgnoreCase));

    // Values as the service lists them: it has fast, which it serves and echoes as priority, and no longer the specification's scale.
    private static string? ReadTier(FieldReader fields) =>
        fields.Choice("service_tier", "auto", "default", "fast", "flex", "priority") is var tier && tier == "fast" ? "priority" : tier;

    private static string? ReadConversation(FieldReader fields)
    {
        const string Name = "conversation";
        switch (fields.Value(Name))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.String }:
                return ReadId(fields, Name, ResourceIdPrefix.Conversation);
            case { ValueKind: JsonValueKind.Object } value:
                var conversation = fields.Child(value, Name);
                conversation.OnlyKnown(s_conversationFields);
                conversation.RequiredText("id");
                return ReadId(conversation, "id", ResourceIdPrefix.Conversation);
            case { } other:
                fields.Refuse(ParameterErrors.WrongType(Name, "one of a string or object", other));
                return null;
        }
    }

    /// <summary>An id of a kind: its prefix and its characters are checked before it is looked for.</summary>
    public static string? ReadId(FieldReader fields, string name, string prefix)
    {
        if (fields.Text(name) is not { } id)
            return null;
        if (!id.StartsWith(prefix, StringComparison.Ordinal))
            fields.Refuse(ParameterErrors.InvalidIdPrefix(fields.PathOf(name), id, prefix));
        else if (!IdCharacters().IsMatch(id))
            fields.Refuse(ParameterErrors.InvalidIdCharacters(fields.PathOf(name), id));
        return id;
    }

    private static bool ReadObfuscation(FieldReader fields)
    {
        if (fields.Object("stream_options") is not { } options)
            return true;
        options.OnlyKnown(s_streamOptions);
        return options.Flag("include_obfuscation") ?? true;
    }

    private static ReasoningSettings ReadReasoning(FieldReader fields)
    {
        if (fields.Object("reasoning") is not { } reasoning)
            return new(null, null);
        reasoning.OnlyKnown(s_reasoningFields);
        // Other types get the service's own words: a number is held against the first efforts that there were.
        if (reasoning.Value("effort") is { ValueKind: not JsonValueKind.String } other)
        {
            var expected = other.ValueKind == JsonValueKind.Number ? $"one of {ParameterErrors.OneOf(s_firstEfforts)}" : $"one of one of {ParameterErrors.OneOf(s_efforts)} or integer";
            reasoning.Refuse(ParameterErrors.WrongType(reasoning.PathOf("effort"), expected, other));
        }

        return new(reasoning.Choice("effort", s_efforts), reasoning.Choice("summary", "concise", "detailed", "auto"));
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex IdCharacters();

    private static class ResourceIdPrefix
    {
        // The service names prefixes in its errors without the underscore.
        public const string Response = "resp";
        public const string Conversation = "conv";
    }
}
