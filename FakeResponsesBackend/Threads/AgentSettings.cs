using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>What assistants set and runs override; null: not set here.</summary>
internal sealed record AgentSettings
{
    /// <summary>Fields that assistants and runs share.</summary>
    public static IReadOnlyList<string> Fields { get; } =
        ["model", "instructions", "tools", "tool_resources", "metadata", "temperature", "top_p", "response_format", "reasoning_effort"];

    private const int LongestInstructions = 256_000;

    public string? Model { get; init; }

    public string? Instructions { get; init; }

    public IReadOnlyList<AgentTool>? Tools { get; init; }

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public decimal? Temperature { get; init; }

    public decimal? TopP { get; init; }

    public string? ReasoningEffort { get; init; }

    public AnswerFormat? Format { get; init; }

    /// <summary>Reads the shared fields.</summary>
    public static AgentSettings Read(FieldReader fields)
    {
        RefuseResources(fields);
        return new()
        {
            Model = fields.Text("model"),
            Instructions = LimitedText(fields, "instructions", LongestInstructions),
            Tools = AgentToolReader.Read(fields),
            Metadata = MetadataReader.Read(fields) ?? [],
            Temperature = Number(fields.Decimal("temperature", maximum: 2)),
            TopP = Number(fields.Decimal("top_p", maximum: 1)),
            ReasoningEffort = fields.Choice("reasoning_effort", "none", "minimal", "low", "medium", "high", "xhigh"),
            Format = AnswerFormat.Read(fields),
        };
    }

    /// <summary>A text of at most so many characters.</summary>
    public static string? LimitedText(FieldReader fields, string name, int longest)
    {
        var text = fields.Text(name);
        if (text?.Length > longest)
            fields.Refuse(ParameterErrors.TooLong(fields.PathOf(name), longest, text.Length));
        return text;
    }

    /// <summary>The region has no files: resources that name any are refused, empty ones ask for nothing.</summary>
    public static void RefuseResources(FieldReader fields)
    {
        if (fields.Raw("tool_resources") is { } resources && !IsEmpty(resources))
            fields.Refuse(ParameterErrors.Unsupported(fields.PathOf("tool_resources")));
    }

    private static bool IsEmpty(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().All(field => IsEmpty(field.Value)),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Null => true,
        _ => false,
    };

    // The service writes a whole number as 1.0.
    private static decimal? Number(double? value) => value is { } number ? (decimal)number + 0.0m : null;
}

/// <summary>The form of answers.</summary>
/// <param name="Echo">As the caller wrote it.</param>
/// <param name="Format">What it means.</param>
internal sealed record AnswerFormat(JsonElement Echo, TextFormat Format)
{
    private static readonly HashSet<string> s_plainFields = ["type"];
    private static readonly HashSet<string> s_fields = ["type", "json_schema"];
    private static readonly HashSet<string> s_schemaFields = ["name", "description", "schema", "strict"];

    /// <summary>Free text, unless the caller says otherwise.</summary>
    public static AnswerFormat Auto { get; } = new(ThreadJson.Auto, new PlainFormat());

    /// <summary>Reads <c>response_format</c>: <c>auto</c> or an object.</summary>
    public static AnswerFormat? Read(FieldReader fields)
    {
        const string Name = "response_format";
        if (fields.Value(Name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
        {
            fields.Choice(Name, "auto");
            return Auto;
        }

        return fields.Object(Name) is { } format ? new(value.Clone(), ReadFormat(format)) : null;
    }

    private static TextFormat ReadFormat(FieldReader format)
    {
        var type = format.RequiredText("type");
        format.OnlyKnown(type == "json_schema" ? s_fields : s_plainFields);
        switch (type)
        {
            case "text":
                return new PlainFormat();
            case "json_object":
                return new JsonObjectFormat();
            case "json_schema" when format.Object("json_schema") is { } schema:
                schema.OnlyKnown(s_schemaFields);
                return TextFormatReader.ReadSchema(schema);
            case "json_schema":
                format.Refuse(ParameterErrors.Missing(format.PathOf("json_schema")));
                return new PlainFormat();
            default:
                format.Refuse(ParameterErrors.UnsupportedValue(format.PathOf("type"), type, "json_object", "json_schema", "text"));
                return new PlainFormat();
        }
    }
}
