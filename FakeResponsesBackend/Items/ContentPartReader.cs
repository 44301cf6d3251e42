using System.Buffers.Text;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>Reads the parts of a message or of a tool's output.</summary>
internal static class ContentPartReader
{
    // Characters of base64 that hold the beginning of an image.
    private const int HeadLength = 64;

    private static readonly string[] s_modelTypes = ["output_text", "refusal"];
    private static readonly string[] s_callerTypes = ["input_text", "input_image", "input_file"];

    // What the service takes from callers on top of that, and all that it has anywhere, in its own order.
    private static readonly string[] s_unsupportedTypes = ["scoped_content", "input_audio"];

    private static readonly string[] s_serviceTypes =
        ["input_text", "input_image", "input_audio", "output_text", "refusal", "input_file", "computer_screenshot", "summary_text", "encrypted_content"];

    private static readonly HashSet<string> s_partFields =
        ["type", "text", "refusal", "annotations", "logprobs", "image_url", "file_id", "detail", "file_data", "file_url", "filename"];

    public static IReadOnlyList<ContentPart> ReadParts(FieldReader owner, string name, bool fromModel) => [.. owner.Objects(name).Select(part => ReadPart(part, fromModel))];

    private static ContentPart ReadPart(FieldReader part, bool fromModel)
    {
        var type = part.RequiredText("type");
        ContentPart read = (type, fromModel) switch
        {
            ("input_text", false) => new InputText(part.RequiredText("text")),
            ("input_image", false) => ReadImage(part, "image_url"),
            ("input_file", false) => ReadFile(part),
            ("output_text", true) => new OutputText(part.RequiredText("text")),
            ("refusal", true) => new Refusal(part.RequiredText("refusal")),
            _ => Unsupported(part, type, fromModel),
        };
        part.OnlyKnown(s_partFields);
        return read;
    }

    private static InputText Unsupported(FieldReader part, string type, bool fromModel)
    {
        part.Refuse((fromModel, s_unsupportedTypes.Contains(type), s_serviceTypes.Contains(type)) switch
        {
            (false, true, _) => ParameterErrors.UnsupportedValue(part.Path, type, s_callerTypes),
            (_, _, false) => ParameterErrors.UnsupportedValue(part.PathOf("type"), type, s_serviceTypes),
            (true, _, _) => ParameterErrors.UnsupportedValue(part.Path, type, s_modelTypes),
            _ => ParameterErrors.UnsupportedValue(part.Path, type, [.. s_callerTypes, .. s_unsupportedTypes]),
        });
        return new("");
    }

    /// <summary>Reads an image whose address stands in a field of <paramref name="part"/>; chat completions nest it one level deeper.</summary>
    public static InputImage ReadImage(FieldReader part, string addressField)
    {
        var attachment = new Attachment(null, null, null);
        RefuseFileId(part);
        if (part.Text(addressField) is not { } url)
            part.Refuse(ParameterErrors.Missing(part.PathOf(addressField)));
        else
            attachment = ReadAddress(part, addressField, url, InputErrors.InvalidImageData);
        if (attachment is { MediaType: { } type } && !type.StartsWith("image/", StringComparison.Ordinal))
            part.Refuse(InputErrors.InvalidImageData(part.PathOf(addressField), $"unsupported MIME type '{type}'"));
        else if (attachment is { Bytes: not null, MediaType: not ("image/png" or "image/jpeg" or "image/gif" or "image/webp") })
            part.Refuse(InputErrors.UnsupportedImage(part.PathOf(addressField)));
        return new(part.Choice("detail", "auto", "high", "low") ?? "auto", null, part.Text(addressField)) { Attachment = attachment };
    }

    /// <summary>Reads a file; chat completions nest it one level deeper.</summary>
    public static InputFile ReadFile(FieldReader part)
    {
        var attachment = new Attachment(null, null, null);
        RefuseFileId(part);
        if (part.Text("file_data") is { } data)
            attachment = ReadAddress(part, "file_data", data, InputErrors.InvalidFileData);
        else if (part.Text("file_url") is { } url)
            attachment = ReadAddress(part, "file_url", url, InputErrors.InvalidFileData);
        else
            part.Refuse(ParameterErrors.Missing(part.PathOf("file_data")));
        return new(null, part.Text("filename")) { Attachment = attachment };
    }

    private static void RefuseFileId(FieldReader part)
    {
        if (part.Text("file_id") is { } id)
            part.Refuse(InputErrors.FileNotFound(part.PathOf("file_id"), id));
    }

    /// <summary>A data URL is read for its type and size; any other address is taken at its word, for nothing leaves the region.</summary>
    private static Attachment ReadAddress(FieldReader part, string name, string url, Func<string, string, ApiError> invalid)
    {
        const string Data = "data:";
        const string Base64Marker = ";base64,";
        if (!url.StartsWith(Data, StringComparison.OrdinalIgnoreCase))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                part.Refuse(InputErrors.InvalidUrl(part.PathOf(name)));
            return new(null, null, url);
        }

        var marker = url.IndexOf(Base64Marker, StringComparison.OrdinalIgnoreCase);
        var bytes = 0;
        var broken = marker < 0 ? "a value without the ';base64' separator"
            : !Base64.IsValid(url.AsSpan(marker + Base64Marker.Length), out bytes) ? "an invalid base64-encoded value"
            : bytes == 0 ? "empty base64-encoded bytes"
            : null;
        if (broken is not null)
        {
            part.Refuse(invalid(part.PathOf(name), broken));
            return new(null, null, null);
        }

        var head = url.AsSpan(marker + Base64Marker.Length)[..Math.Min(HeadLength, url.Length - marker - Base64Marker.Length)];
        var decoded = new byte[HeadLength];
        return new(url[Data.Length..marker].ToLowerInvariant(), bytes, null)
        {
            Pixels = Convert.TryFromBase64Chars(head, decoded, out var read) ? Attachment.PixelsOf(decoded.AsSpan(0, read)) : null,
        };
    }
}
