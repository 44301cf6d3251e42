using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Reads the parts of a message: text anywhere, images and files from a user, refusals from the model.</summary>
internal static class ChatPartReader
{
    private static readonly HashSet<string> s_imageFields = ["url", "detail"];
    private static readonly HashSet<string> s_fileFields = ["file_data", "file_id", "filename"];

    /// <summary>The parts of a message of this role.</summary>
    public static IReadOnlyList<ContentPart> Read(FieldReader message, string role) => [.. message.Objects("content").Select(part => ReadPart(part, role))];

    private static ContentPart ReadPart(FieldReader part, string role)
    {
        switch (part.RequiredText("type"), role)
        {
            case ("text", _):
                var text = part.RequiredText("text");
                part.OnlyKnown(new HashSet<string> { "type", "text" });
                return role == "assistant" ? new OutputText(text) : new InputText(text);
            case ("refusal", "assistant"):
                part.OnlyKnown(new HashSet<string> { "type", "refusal" });
                return new Refusal(part.RequiredText("refusal"));
            case ("image_url", "user"):
                return Nested(part, "image_url", s_imageFields) is { } image ? ContentPartReader.ReadImage(image, "url") : new InputText("");
            case ("file", "user"):
                return Nested(part, "file", s_fileFields) is { } file ? ContentPartReader.ReadFile(file) : new InputText("");
            case (var type, _):
                string[] supported = role switch { "user" => ["text", "image_url", "file"], "assistant" => ["text", "refusal"], _ => ["text"] };
                part.Refuse(ParameterErrors.UnsupportedValue(part.PathOf("type"), type, supported));
                return new InputText("");
        }
    }

    private static FieldReader? Nested(FieldReader part, string name, HashSet<string> known)
    {
        part.OnlyKnown(new HashSet<string> { "type", name });
        var nested = part.Object(name);
        if (nested is null)
            part.Refuse(ParameterErrors.Missing(part.PathOf(name)));
        nested?.OnlyKnown(known);
        return nested;
    }
}
