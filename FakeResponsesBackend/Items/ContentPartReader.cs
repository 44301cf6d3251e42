using System.Buffers.Text;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>Reads the parts of a message or of a tool's output.</summary>
internal static class ContentPartReader
{
    // Characters of base64 that hold the beginning of an image.
    private const int HeadLength = 64;

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
        string[] supported = fromModel ? ["output_text", "refusal"] : ["input_file", "input_image", "input_text"];
        part.Refuse(ApiErrors.UnsupportedValue(part.PathOf("type"), type, supported));
        return new("");
    }

    /// <summary>Reads an image whose address stands in a field of <paramref name="part"/>; chat completions nest it one level deeper.</summary>
    public static InputImage ReadImage(FieldReader part, string addressField)
    {
        var attachment = new Attachment(null, null, null);
        RefuseFileId(part);
        if (part.Text(addressField) is not { } url)
            part.Refuse(ApiErrors.MissingParameter(part.PathOf(addressField)));
        else
            attachment = ReadAddress(part, addressField, url, ApiErrors.InvalidImageUrl);
        if (attachment is { Bytes: not null, MediaType: not ("image/png" or "image/jpeg" or "image/gif" or "image/webp") })
            part.Refuse(ApiErrors.UnsupportedImage(part.PathOf(addressField)));
        return new(part.Choice("detail", "auto", "high", "low") ?? "auto", null, part.Text(addressField)) { Attachment = attachment };
    }

    /// <summary>Reads a file; chat completions nest it one level deeper.</summary>
    public static InputFile ReadFile(FieldReader part)
    {
        var attachment = new Attachment(null, null, null);
        RefuseFileId(part);
        if (part.Text("file_data") is { } data)
            attachment = ReadAddress(part, "file_data", data, ApiErrors.InvalidFileData);
        else if (part.Text("file_url") is { } url)
            attachment = ReadAddress(part, "file_url", url, ApiErrors.InvalidImageUrl);
        else
            part.Refuse(ApiErrors.MissingParameter(part.PathOf("file_data")));
        return new(null, part.Text("filename")) { Attachment = attachment };
    }

    private static void RefuseFileId(FieldReader part)
    {
        if (part.Text("file_id") is { } id)
            part.Refuse(ApiErrors.FileNotFound(part.PathOf("file_id"), id));
    }

    /// <summary>A data URL is read for its type and size; any other address is taken at its word, for nothing leaves the region.</summary>
    private static Attachment ReadAddress(FieldReader part, string name, string url, Func<string, ApiError> invalid)
    {
        const string Data = "data:";
        const string Base64Marker = ";base64,";
        if (!url.StartsWith(Data, StringComparison.OrdinalIgnoreCase))
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                part.Refuse(invalid(part.PathOf(name)));
            return new(null, null, url);
        }

        var marker = url.IndexOf(Base64Marker, StringComparison.OrdinalIgnoreCase);
        if (marker < 0 || !Base64.IsValid(url.AsSpan(marker + Base64Marker.Length), out var bytes) || bytes == 0)
        {
            part.Refuse(invalid(part.PathOf(name)));
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
