using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>What a caller sends to begin or to change a thread.</summary>
internal sealed record ThreadRequest(IReadOnlyList<NewMessage> Messages, IReadOnlyDictionary<string, string>? Metadata)
{
    private static readonly HashSet<string> s_createFields = ["messages", "tool_resources", "metadata"];
    private static readonly HashSet<string> s_updateFields = ["tool_resources", "metadata"];

    public static ThreadRequest ReadCreate(FieldReader fields) => Read(fields, s_createFields);

    public static ThreadRequest ReadUpdate(FieldReader fields) => Read(fields, s_updateFields);

    private static ThreadRequest Read(FieldReader fields, HashSet<string> known)
    {
        fields.OnlyKnown(known);
        AgentSettings.RefuseResources(fields);
        return new([.. fields.Objects("messages").Select(NewMessage.Read)], MetadataReader.Read(fields));
    }
}

/// <summary>A message as a caller sends it.</summary>
internal sealed record NewMessage(string Role, IReadOnlyList<MessagePart> Content, IReadOnlyDictionary<string, string> Metadata)
{
    private static readonly HashSet<string> s_fields = ["role", "content", "attachments", "metadata"];
    private static readonly HashSet<string> s_textFields = ["type", "text"];
    private static readonly HashSet<string> s_imageFields = ["type", "image_url"];
    private static readonly HashSet<string> s_addressFields = ["url", "detail"];

    public static NewMessage Read(FieldReader fields)
    {
        fields.OnlyKnown(s_fields);
        var role = fields.Choice("role", "user", "assistant") ?? fields.RequiredText("role");
        // The region has no files to attach.
        foreach (var attachment in fields.Objects("attachments"))
            attachment.Refuse(InputErrors.FileNotFound(attachment.PathOf("file_id"), attachment.Text("file_id") ?? ""));
        return new(role, ReadContent(fields), MetadataReader.Read(fields) ?? []);
    }

    /// <summary>The message in a thread.</summary>
    public MessageBody In(string threadId, DateTimeOffset at) => new()
    {
        Id = ResourceId.Opaque(ThreadIds.Message),
        CreatedAt = at.ToUnixTimeSeconds(),
        ThreadId = threadId,
        Role = Role,
        Content = Content,
        Metadata = Metadata,
    };

    private static IReadOnlyList<MessagePart> ReadContent(FieldReader fields)
    {
        switch (fields.Value("content"))
        {
            case { ValueKind: JsonValueKind.String } text:
                return [new TextPart(new(text.GetString()!))];
            case { ValueKind: JsonValueKind.Array }:
                return [.. fields.Objects("content").Select(ReadPart)];
            case null:
                fields.Refuse(ParameterErrors.Missing(fields.PathOf("content")));
                return [];
            case { } other:
                fields.Refuse(ParameterErrors.WrongType(fields.PathOf("content"), "one of a string or array of objects", other));
                return [];
        }
    }

    private static MessagePart ReadPart(FieldReader part)
    {
        var type = part.RequiredText("type");
        switch (type)
        {
            case "text":
                part.OnlyKnown(s_textFields);
                return new TextPart(new(part.RequiredText("text")));
            case "image_url":
                part.OnlyKnown(s_imageFields);
                return ReadImage(part);
            case "image_file":
                part.Refuse(InputErrors.FileNotFound(part.PathOf("image_file.file_id"), part.Object("image_file")?.Text("file_id") ?? ""));
                return new TextPart(new(""));
            default:
                part.Refuse(ParameterErrors.UnsupportedValue(part.PathOf("type"), type, "image_file", "image_url", "text"));
                return new TextPart(new(""));
        }
    }

    private static ImagePart ReadImage(FieldReader part)
    {
        if (part.Object("image_url") is not { } image)
        {
            part.Refuse(ParameterErrors.Missing(part.PathOf("image_url")));
            return new(new("", ""));
        }

        image.OnlyKnown(s_addressFields);
        var url = image.RequiredText("url");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            image.Refuse(InputErrors.InvalidUrl(image.PathOf("url")));
        return new(new(url, image.Choice("detail", "auto", "low", "high") ?? "auto"));
    }
}
