using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Identifiers;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Turns the body of <c>POST /responses</c> into a <see cref="CreateRequest"/>, or into the error that the service would answer.</summary>
internal static partial class CreateRequestReader
{
    private static readonly HashSet<string> s_known =
    [
        "background", "context_management", "conversation", "include", "input", "instructions", "max_output_tokens", "max_tool_calls", "metadata", "model",
        "moderation", "parallel_tool_calls", "previous_response_id", "prompt", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention",
        "reasoning", "safety_identifier", "service_tier", "store", "stream", "stream_options", "temperature", "text", "tool_choice", "tools",
        "top_logprobs", "top_p", "truncation", "user",
    ];

    private static readonly HashSet<string> s_textFields = ["format", "verbosity"];
    private static readonly HashSet<string> s_formatFields = ["type"];
    private static readonly HashSet<string> s_streamOptions = ["include_obfuscation"];

    // What the emulated text model cannot do is refused, never ignored; each entry says which values ask for nothing.
    private static readonly (string Name, Func<JsonElement, bool> AsksForNothing)[] s_unsupported =
    [
        ("background", value => value.ValueKind == JsonValueKind.False),
        ("context_management", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0),
        ("conversation", _ => false),
        ("include", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0),
        ("moderation", _ => false),
        ("prompt", _ => false),
        ("prompt_cache_options", _ => false),
        ("reasoning", value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any(field => field.Value.ValueKind != JsonValueKind.Null)),
        ("tool_choice", value => value.ValueKind == JsonValueKind.String && value.GetString() == "auto"),
        ("tools", value => value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0),
        ("top_logprobs", value => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var count) && count == 0),
    ];

    public static (CreateRequest? Request, ApiError? Fault) Read(JsonElement body)
    {
        try
        {
            return body.ValueKind == JsonValueKind.Object ? ReadObject(body) : (null, ApiErrors.InvalidJson());
        }
        catch (InvalidOperationException)
        {
            // A string that is no Unicode text, half a surrogate pair or invalid UTF-8, shows only when it is read.
            return (null, ApiErrors.InvalidJson());
        }
    }

    private static (CreateRequest? Request, ApiError? Fault) ReadObject(JsonElement body)
    {
        var fields = new FieldReader(body);
        fields.OnlyKnown(s_known);
        foreach (var (name, asksForNothing) in s_unsupported)
        {
            if (fields.Value(name) is { } value && !asksForNothing(value))
                fields.Refuse(ApiErrors.UnsupportedParameter(name));
        }

        fields.Choice("service_tier", "auto", "default");
        fields.Text("user");
        var request = new CreateRequest
        {
            Model = fields.RequiredText("model"),
            Input = InputReader.Read(fields),
            Instructions = fields.Text("instructions"),
            PreviousResponseId = ReadPreviousResponseId(fields),
            Store = fields.Flag("store") ?? true,
            Stream = fields.Flag("stream") ?? false,
            IncludeObfuscation = ReadObfuscation(fields),
            MaxOutputTokens = fields.Integer("max_output_tokens", minimum: 16),
            MaxToolCalls = fields.Integer("max_tool_calls", minimum: 1),
            Temperature = fields.Decimal("temperature", maximum: 2) ?? 1.0,
            TopP = fields.Decimal("top_p", maximum: 1) ?? 1.0,
            ParallelToolCalls = fields.Flag("parallel_tool_calls") ?? true,
            PromptCacheKey = fields.Text("prompt_cache_key"),
            PromptCacheRetention = fields.Choice("prompt_cache_retention", "in_memory", "24h"),
            SafetyIdentifier = fields.Text("safety_identifier"),
            Truncation = fields.Choice("truncation", "auto", "disabled") ?? "disabled",
            Verbosity = ReadVerbosity(fields),
            Metadata = ReadMetadata(fields),
        };
        return fields.Fault is { } fault ? (null, fault) : (request, null);
    }

    private static string? ReadPreviousResponseId(FieldReader fields)
    {
        const string Name = "previous_response_id";
        if (fields.Text(Name) is not { } id)
            return null;
        if (!id.StartsWith("resp", StringComparison.Ordinal))
            fields.Refuse(ApiErrors.InvalidIdPrefix(Name, id, ResourceId.Response.TrimEnd('_')));
        else if (!IdCharacters().IsMatch(id))
            fields.Refuse(ApiErrors.InvalidIdCharacters(Name, id));
        return id;
    }

    private static bool ReadObfuscation(FieldReader fields)
    {
        if (fields.Object("stream_options") is not { } value)
            return true;
        var options = new FieldReader(value, "stream_options");
        options.OnlyKnown(s_streamOptions);
        var include = options.Flag("include_obfuscation");
        fields.Refuse(options.Fault);
        return include ?? true;
    }

    private static string ReadVerbosity(FieldReader fields)
    {
        if (fields.Object("text") is not { } value)
            return "medium";
        var text = new FieldReader(value, "text");
        text.OnlyKnown(s_textFields);
        if (text.Object("format") is { } format)
        {
            var formatFields = new FieldReader(format, "text.format");
            if (formatFields.RequiredText("type") != "text")
                formatFields.Refuse(ApiErrors.UnsupportedParameter("text.format"));
            formatFields.OnlyKnown(s_formatFields);
            text.Refuse(formatFields.Fault);
        }

        var verbosity = text.Choice("verbosity", "low", "medium", "high");
        fields.Refuse(text.Fault);
        return verbosity ?? "medium";
    }

    private static Dictionary<string, string> ReadMetadata(FieldReader fields)
    {
        var metadata = new Dictionary<string, string>();
        if (fields.Object("metadata") is not { } value)
            return metadata;
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind == JsonValueKind.String)
                metadata[field.Name] = field.Value.GetString()!;
            else
                fields.Refuse(ApiErrors.WrongType($"metadata.{field.Name}", "a string", field.Value));
        }

        return metadata;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]+\z")]
    private static partial Regex IdCharacters();
}
