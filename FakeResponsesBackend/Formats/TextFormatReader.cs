using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Formats;

/// <summary>Reads <c>text</c>: the output's format and verbosity.</summary>
internal static class TextFormatReader
{
    private static readonly HashSet<string> s_textFields = ["format", "verbosity"];
    private static readonly HashSet<string> s_plainFields = ["type"];
    private static readonly HashSet<string> s_schemaFields = ["type", "name", "description", "schema", "strict"];

    public static TextSettings Read(FieldReader body)
    {
        if (body.Object("text") is not { } text)
            return new();
        text.OnlyKnown(s_textFields);
        return new(text.Choice("verbosity", "low", "medium", "high") ?? "medium") { Format = text.Object("format") is { } format ? ReadFormat(format) : new PlainFormat() };
    }

    private static TextFormat ReadFormat(FieldReader format)
    {
        switch (format.RequiredText("type"))
        {
            case "text":
                format.OnlyKnown(s_plainFields);
                return new PlainFormat();
            case "json_object":
                format.OnlyKnown(s_plainFields);
                return new JsonObjectFormat();
            case "json_schema":
                format.OnlyKnown(s_schemaFields);
                return ReadSchema(format);
            case var other:
                format.Refuse(ParameterErrors.UnsupportedValue(format.PathOf("type"), other, "json_object", "text", "json_schema"));
                return new PlainFormat();
        }
    }

    /// <summary>Reads the fields of a schema format, which chat completions nest one level deeper and refuse in other words.</summary>
    /// <param name="format">Where they stand.</param>
    /// <param name="invalid">The refusal of a schema of this name for this reason; null: that of responses.</param>
    public static TextFormat ReadSchema(FieldReader format, Func<string, string, ApiError>? invalid = null)
    {
        var name = format.RequiredText("name");
        var asked = format.Flag("strict");
        if (format.Raw("schema") is not { } schema)
        {
            format.Refuse(ParameterErrors.Missing(format.PathOf("schema")));
            return new PlainFormat();
        }

        var broken = StrictSchema.Fault(schema);
        if (asked == true && broken is not null)
            format.Refuse(invalid?.Invoke(name, broken) ?? InputErrors.InvalidResponseSchema(format.PathOf("schema"), name, broken));
        return new JsonSchemaFormat(format.Text("description"), name, schema, asked ?? broken is null);
    }
}
