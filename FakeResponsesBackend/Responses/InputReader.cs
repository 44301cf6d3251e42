using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Reads <c>input</c>: a string, or a list of messages whose content is a string or a list of text parts.</summary>
internal static class InputReader
{
    // An answer's own items may come back as they were sent: with id, status, annotations.
    private static readonly HashSet<string> s_messageFields = ["type", "role", "content", "id", "status", "phase"];
    private static readonly HashSet<string> s_partFields = ["type", "text", "refusal", "annotations", "logprobs"];
    private static readonly string[] s_roles = ["assistant", "system", "developer", "user"];

    /// <summary>The messages; faults go to <paramref name="body"/>.</summary>
    public static IReadOnlyList<InputMessage> Read(FieldReader body)
    {
        if (body.Fault is not null)
            return [];
        if (body.Value("input") is not { } input)
        {
            body.Refuse(ApiErrors.MissingParameter("input"));
            return [];
        }

        switch (input.ValueKind)
        {
            case JsonValueKind.String:
                return [new("user", [new InputText(input.GetString()!)])];
            case JsonValueKind.Array:
                return [.. input.EnumerateArray().Select((item, index) => ReadItem(body, item, $"input[{index}]"))];
            default:
                body.Refuse(ApiErrors.WrongType("input", "one of a string or array of objects", input));
                return [];
        }
    }

    private static InputMessage ReadItem(FieldReader body, JsonElement item, string path)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            body.Refuse(ApiErrors.WrongType(path, "an object", item));
            return new("user", []);
        }

        var fields = new FieldReader(item, path);
        fields.Choice("type", "message");
        fields.OnlyKnown(s_messageFields);
        var role = fields.RequiredText("role");
        if (fields.Fault is null && !s_roles.Contains(role))
            fields.Refuse(ApiErrors.UnsupportedValue(fields.PathOf("role"), role, s_roles));
        var message = new InputMessage(role, ReadContent(fields, role));
        body.Refuse(fields.Fault);
        return message;
    }

    private static IReadOnlyList<ContentPart> ReadContent(FieldReader item, string role)
    {
        if (item.Fault is not null)
            return [];
        if (item.Value("content") is not { } content)
        {
            item.Refuse(ApiErrors.MissingParameter(item.PathOf("content")));
            return [];
        }

        switch (content.ValueKind)
        {
            case JsonValueKind.String:
                var text = content.GetString()!;
                return [role == "assistant" ? new OutputText(text) : new InputText(text)];
            case JsonValueKind.Array:
                return [.. content.EnumerateArray().Select((part, index) => ReadPart(item, part, role, $"{item.PathOf("content")}[{index}]"))];
            default:
                item.Refuse(ApiErrors.WrongType(item.PathOf("content"), "one of a string or array of objects", content));
                return [];
        }
    }

    private static ContentPart ReadPart(FieldReader item, JsonElement part, string role, string path)
    {
        if (part.ValueKind != JsonValueKind.Object)
        {
            item.Refuse(ApiErrors.WrongType(path, "an object", part));
            return new InputText("");
        }

        var fields = new FieldReader(part, path);
        var type = fields.RequiredText("type");
        ContentPart read = (type, role) switch
        {
            ("input_text", not "assistant") => new InputText(fields.RequiredText("text")),
            ("output_text", "assistant") => new OutputText(fields.RequiredText("text")),
            ("refusal", "assistant") => new Refusal(fields.RequiredText("refusal")),
            _ => Refuse(fields, type, role),
        };
        fields.OnlyKnown(s_partFields);
        item.Refuse(fields.Fault);
        return read;
    }

    private static InputText Refuse(FieldReader part, string type, string role)
    {
        string[] supported = role == "assistant" ? ["output_text", "refusal"] : ["input_text"];
        part.Refuse(ApiErrors.UnsupportedValue(part.PathOf("type"), type, supported));
        return new("");
    }
}
