using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Turns the body of <c>POST /chat/completions</c> into a <see cref="ChatRequest"/>.</summary>
internal static class ChatRequestReader
{
    private const int MostStops = 4;

    private static readonly HashSet<string> s_known =
    [
        "audio", "frequency_penalty", "function_call", "functions", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "messages", "metadata",
        "modalities", "model", "moderation", "n", "parallel_tool_calls", "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_options",
        "prompt_cache_retention", "reasoning_effort", "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "stream_options", "temperature", "tool_choice", "tools", "top_logprobs", "top_p", "user", "verbosity", "web_search_options",
    ];

    private static readonly HashSet<string> s_streamOptions = ["include_usage", "include_obfuscation"];
    private static readonly HashSet<string> s_plainFormat = ["type"];
    private static readonly HashSet<string> s_schemaFormat = ["type", "json_schema"];
    private static readonly HashSet<string> s_schemaFields = ["name", "description", "schema", "strict"];

    // What the emulated model cannot do is refused, never ignored; each entry says which values ask for nothing.
    private static readonly (string Name, Func<JsonElement, bool> AsksForNothing)[] s_unsupported =
    [
        ("audio", _ => false),
        ("function_call", _ => false),
        ("functions", _ => false),
        ("logit_bias", value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any()),
        ("modalities", value => value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && one.ValueEquals("text"))),
        ("moderation", _ => false),
        ("prediction", _ => false),
        ("prompt_cache_options", _ => false),
        ("web_search_options", _ => false),
    ];

    /// <summary>Reads the fields; faults go to <paramref name="fields"/>.</summary>
    /// <param name="fields">The body.</param>
    /// <param name="deployment">The deployment that the path names; null: the body's <c>model</c> does.</param>
    public static ChatRequest Read(FieldReader fields, string? deployment)
    {
        var unknown = fields.Names.Where(name => !s_known.Contains(name)).ToList();
        if (unknown.Count > 0)
            fields.Refuse(ChatErrors.UnrecognizedArguments(unknown));
        foreach (var (name, asksForNothing) in s_unsupported)
        {
            if (fields.Value(name) is { } value && !asksForNothing(value))
                fields.Refuse(ChatErrors.Unsupported(name));
        }

        CheckOnly(fields);
        var messages = ChatMessageReader.Read(fields);
        var tools = ChatToolReader.ReadTools(fields);
        var (choice, forced) = ChatToolReader.ReadChoice(fields, tools);
        var (includeUsage, includeObfuscation) = ReadStreamOptions(fields);
        var request = new ChatRequest
        {
            Model = deployment ?? fields.RequiredText("model"),
            Messages = messages,
            Tools = tools,
            ToolChoice = choice,
            ForcedFunction = forced,
            ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
            Format = ReadFormat(fields),
            MaxCompletionTokens = fields.Integer("max_completion_tokens", minimum: 1),
            MaxTokens = fields.Integer("max_tokens", minimum: 1),
            Stop = ReadStop(fields),
            Stream = fields.Flag("stream") ?? false,
            IncludeUsage = includeUsage,
            IncludeObfuscation = includeObfuscation,
            Logprobs = fields.Flag("logprobs") ?? false,
            TopLogprobs = fields.Integer("top_logprobs", minimum: 0, maximum: 20),
            Temperature = fields.Decimal("temperature", maximum: 2),
            TopP = fields.Decimal("top_p", maximum: 1),
            FrequencyPenalty = fields.Decimal("frequency_penalty", maximum: 2, minimum: -2),
            PresencePenalty = fields.Decimal("presence_penalty", maximum: 2, minimum: -2),
            ReasoningEffort = fields.Choice("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh"),
            ServiceTier = fields.Choice("service_tier", "auto", "default", "flex", "priority", "scale"),
            PromptCacheKey = fields.Text("prompt_cache_key"),
            PromptCacheRetention = fields.Choice("prompt_cache_retention", "in_memory", "24h"),
        };
        Check(request, fields);
        return request;
    }

    /// <summary>Fields of which nothing is needed but that they are as they should be.</summary>
    private static void CheckOnly(FieldReader fields)
    {
        fields.Text("user");
        fields.Text("safety_identifier");
        fields.Choice("verbosity", "low", "medium", "high");
        if (fields.Value("seed") is { } seed && (seed.ValueKind != JsonValueKind.Number || !seed.TryGetInt64(out _)))
            fields.Refuse(ParameterErrors.WrongType("seed", "an integer", seed));
        MetadataReader.Read(fields);
        if (fields.Integer("n", minimum: 1, maximum: 128) is > 1 and var choices)
            fields.Refuse(ChatErrors.OnlyDefault("n", $"{choices}", "1"));
        // The region keeps no completions, and says so rather than lose one.
        if (fields.Flag("store") == true)
            fields.Refuse(ChatErrors.OnlyDefault("store", "true", "false"));
    }

    /// <summary>Rules between fields.</summary>
    private static void Check(ChatRequest request, FieldReader fields)
    {
        if (request.Tools.Count == 0 && fields.Value("parallel_tool_calls") is not null)
            fields.Refuse(ChatErrors.OnlyWithTools("parallel_tool_calls"));
        if (!request.Stream && fields.Value("stream_options") is not null)
            fields.Refuse(ChatErrors.OnlyWith("stream_options", "stream"));
        if (!request.Logprobs && request.TopLogprobs is not null)
            fields.Refuse(ChatErrors.OnlyWith("top_logprobs", "logprobs"));
        if (request is { MaxTokens: not null, MaxCompletionTokens: not null })
            fields.Refuse(ChatErrors.TwoLimits());
        if (request.Format is JsonObjectFormat && !request.Messages.Any(message => message.Text.Contains("json", StringComparison.OrdinalIgnoreCase)))
            fields.Refuse(ChatErrors.JsonModeWithoutTheWord());
    }

    private static (bool Usage, bool? Obfuscation) ReadStreamOptions(FieldReader fields)
    {
        if (fields.Object("stream_options") is not { } options)
            return (false, null);
        options.OnlyKnown(s_streamOptions);
        return (options.Flag("include_usage") ?? false, options.Flag("include_obfuscation"));
    }

    private static IReadOnlyList<string> ReadStop(FieldReader fields)
    {
        if (fields.Value("stop") is { ValueKind: JsonValueKind.String } one)
            return [one.GetString()!];
        if (fields.Array("stop", "strings") is { } array && array.GetArrayLength() > MostStops)
            fields.Refuse(ParameterErrors.TooManyItems("stop", MostStops, array.GetArrayLength()));
        return [.. fields.Texts("stop", "strings").Where(text => text.Length > 0)];
    }

    private static TextFormat ReadFormat(FieldReader fields)
    {
        if (fields.Object("response_format") is not { } format)
            return new PlainFormat();
        var type = format.Choice("type", "json_object", "json_schema", "text") ?? format.RequiredText("type");
        format.OnlyKnown(type == "json_schema" ? s_schemaFormat : s_plainFormat);
        if (type != "json_schema")
            return type == "json_object" ? new JsonObjectFormat() : new PlainFormat();
        if (format.Object("json_schema") is not { } schema)
        {
            format.Refuse(ParameterErrors.Missing(format.PathOf("json_schema")));
            return new PlainFormat();
        }

        schema.OnlyKnown(s_schemaFields);
        return TextFormatReader.ReadSchema(schema, ChatErrors.InvalidResponseSchema);
    }
}
