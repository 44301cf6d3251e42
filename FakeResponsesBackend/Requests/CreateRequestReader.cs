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
    private static readonly HashSet<string> s_known =
    [
        "background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model",
        "moderation", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
        "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools",
        "top_logprobs", "top_p", "truncation", "user",
    ];

    private static readonly HashSet<string> s_framed = [.. s_known, "type", "stream_id", "generate"];

    private static readonly HashSet<string> s_counted =
    [
        "conversation", "input", "instructions", "model", "parallel_tool_calls", "previous_response_id", "reasoning", "text", "tool_choice", "tools", "truncation",
    ];

    private static readonly HashSet<string> s_compacted =
        ["input", "instructions", "model", "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "service_tier"];

    private static readonly HashSet<string> s_streamOptions = ["include_obfuscation"];
    private static readonly HashSet<string> s_reasoningFields = ["effort", "summary", "generate_summary", "context", "mode"];
    private static readonly HashSet<string> s_conversationFields = ["id"];

    // What the emulated model cannot do is refused, never ignored; each entry says which values ask for nothing.
    private static readonly (string Name, Func<JsonElement, bool> AsksForNothing)[] s_unsupported =
    [
        ("context_management", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0),
        ("moderation", _ => false),
        ("prompt", _ => false),
        ("prompt_cache_options", _ => false),
    ];

    /// <summary>Reads the fields; faults go to <paramref name="fields"/>.</summary>
    public static CreateRequest Read(FieldReader fields)
    {
        fields.OnlyKnown(s_known);
        return ReadCreate(fields);
    }

    /// <summary>Reads a frame <c>response.create</c>: it streams whatever <c>stream</c> says, and never runs in the background.</summary>
    public static CreateRequest ReadFrame(FieldReader fields)
    {
        fields.OnlyKnown(s_framed);
        if (fields.Flag("background") == true)
            fields.Refuse(FrameErrors.Background());
        return ReadCreate(fields) with { Stream = true, Generate = fields.Flag("generate") ?? true };
    }

    /// <summary>Reads the body of <c>POST /responses/input_tokens</c>.</summary>
    public static CreateRequest ReadCount(FieldReader fields)
    {
        fields.OnlyKnown(s_counted);
        return ReadPrompt(fields, inputIsOptional: true);
    }

    /// <summary>Reads the body of <c>POST /responses/compact</c>.</summary>
    public static CreateRequest ReadCompaction(FieldReader fields)
    {
        fields.OnlyKnown(s_compacted);
        return ReadPrompt(fields, inputIsOptional: true);
    }

    private static CreateRequest ReadCreate(FieldReader fields)
    {
        foreach (var (name, asksForNothing) in s_unsupported)
        {
            if (fields.Value(name) is { } value && !asksForNothing(value))
                fields.Refuse(ApiErrors.UnsupportedParameter(name));
        }

        fields.Text("user");
        var request = ReadPrompt(fields, inputIsOptional: false) with
        {
            Store = fields.Flag("store") ?? true,
            Stream = fields.Flag("stream") ?? false,
            Background = fields.Flag("background") ?? false,
            IncludeObfuscation = ReadObfuscation(fields),
            Include = Inclusions.Read(fields),
            MaxOutputTokens = fields.Integer("max_output_tokens", minimum: 16),
            MaxToolCalls = fields.Integer("max_tool_calls", minimum: 1),
            Temperature = fields.Decimal("temperature", maximum: 2),
            TopP = fields.Decimal("top_p", maximum: 1),
            TopLogprobs = fields.Integer("top_logprobs", minimum: 0, maximum: 20) ?? 0,
            ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
            SafetyIdentifier = fields.Text("safety_identifier"),
            ServiceTier = fields.Choice("service_tier", "auto", "default", "flex", "priority", "scale"),
            Metadata = MetadataReader.Read(fields) ?? [],
        };
        Check(request, fields);
        return request;
    }

    private static CreateRequest ReadPrompt(FieldReader fields, bool inputIsOptional)
    {
        var model = fields.RequiredText("model");
        var tools = ToolReader.ReadTools(fields, model);
        var request = new CreateRequest
        {
            Model = model,
            Input = inputIsOptional && fields.Value("input") is null ? [] : ItemReader.ReadInput(fields),
            Instructions = fields.Text("instructions"),
            PreviousResponseId = ReadId(fields, "previous_response_id", ResourceIdPrefix.Response),
            ConversationId = ReadConversation(fields),
            Tools = tools,
            ToolChoice = ToolReader.ReadChoice(fields, tools),
            Text = TextFormatReader.Read(fields),
            Reasoning = ReadReasoning(fields),
            Truncation = fields.Choice("truncation", "auto", "disabled") ?? "disabled",
            PromptCacheKey = fields.Text("prompt_cache_key"),
            PromptCacheRetention = fields.Choice("prompt_cache_retention", "in_memory", "24h"),
        };
        if (request.PreviousResponseId is not null && request.ConversationId is not null)
            fields.Refuse(ApiErrors.MutuallyExclusive("previous_response_id", "conversation"));
        return request;
    }

    /// <summary>Rules between fields.</summary>
    private static void Check(CreateRequest request, FieldReader fields)
    {
        if (request is { Background: true, Store: false })
            fields.Refuse(ApiErrors.BackgroundWithoutStore());
        if (request.TopLogprobs > 0 && !request.Include.HasFlag(Inclusion.Logprobs))
            fields.Refuse(ApiErrors.TopLogprobsWithoutLogprobs());
        if (request.Text.Format is JsonObjectFormat && !MentionsJson(request))
            fields.Refuse(ApiErrors.JsonModeWithoutTheWord());
    }

    /// <summary>JSON mode wants the word in the input, lest the model write blanks for ever.</summary>
    private static bool MentionsJson(CreateRequest request) => request.Input.Any(entry => entry.Reference is not null || Mentions(entry.Item!.PlainText))
        || request.PreviousResponseId is not null || request.ConversationId is not null;

    private static bool Mentions(string text) => text.Contains("json", StringComparison.OrdinalIgnoreCase);

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
                fields.Refuse(ApiErrors.WrongType(Name, "one of a string or object", other));
                return null;
        }
    }

    /// <summary>An id of a kind: its prefix and its characters are checked before it is looked for.</summary>
    public static string? ReadId(FieldReader fields, string name, string prefix)
    {
        if (fields.Text(name) is not { } id)
            return null;
        if (!id.StartsWith(prefix, StringComparison.Ordinal))
            fields.Refuse(ApiErrors.InvalidIdPrefix(fields.PathOf(name), id, prefix));
        else if (!IdCharacters().IsMatch(id))
            fields.Refuse(ApiErrors.InvalidIdCharacters(fields.PathOf(name), id));
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
        var summary = reasoning.Choice("summary", "auto", "concise", "detailed") ?? reasoning.Choice("generate_summary", "auto", "concise", "detailed");
        return new(reasoning.Choice("effort", "none", "minimal", "low", "medium", "high", "xhigh"), summary);
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
