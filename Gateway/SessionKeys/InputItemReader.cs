using System.Text;
using System.Text.Json;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>
/// Reads what one item of an input names. An item that comes without what it stands for is a reference, whatever it calls itself: the region would have to
/// look for the rest of it.
/// </summary>
internal ref struct InputItemReader
{
    private string? _id, _type, _encrypted, _container, _ofEnvironment;
    private bool _hasId, _hasType, _hasEncrypted, _hasContainer, _hasEnvironment, _hasRole, _hasContent, _hasResult;

    /// <summary>Reads the object at whose beginning <paramref name="json"/> stands, to its end.</summary>
    /// <returns>The item and the containers that it refers to, and the encrypted content that it carries; null where it does not.</returns>
    /// <exception cref="UnreadableBodyException">A key stands there twice, or is no text.</exception>
    public static (string? Reference, SessionId? EncryptedContent, string? Container, string? OfEnvironment) Read(ref Utf8JsonReader json, string name)
    {
        var item = new InputItemReader();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            item.ReadProperty(ref json, name);
        return (
            item.IsReference ? item._id : null,
            item._encrypted is { } content ? SessionId.EncryptedContent(Encoding.UTF8.GetBytes(content)) : null,
            item._container,
            item._ofEnvironment);
    }

    private readonly bool IsReference => _type switch
    {
        "item_reference" => true,
        null or "message" => !(_hasRole && _hasContent),
        "reasoning" => string.IsNullOrEmpty(_encrypted),
        // Its picture is the region's; to edit it takes no more than its id.
        "image_generation_call" => !_hasResult,
        _ => false,
    };

    private void ReadProperty(ref Utf8JsonReader json, string name)
    {
        if (json.ValueTextEquals("id"u8))
            _id = TextOnce(ref json, ref _hasId, $"{name}[].id");
        else if (json.ValueTextEquals("type"u8))
            _type = TextOnce(ref json, ref _hasType, $"{name}[].type");
        else if (json.ValueTextEquals("encrypted_content"u8))
            _encrypted = TextOnce(ref json, ref _hasEncrypted, $"{name}[].encrypted_content");
        else if (json.ValueTextEquals("container_id"u8))
            _container = TextOnce(ref json, ref _hasContainer, $"{name}[].container_id");
        else if (json.ValueTextEquals("environment"u8))
            ReadEnvironment(ref json, $"{name}[].environment");
        else if (json.ValueTextEquals("role"u8))
            _hasRole = IsThere(ref json);
        else if (json.ValueTextEquals("content"u8))
            _hasContent = IsThere(ref json);
        else if (json.ValueTextEquals("result"u8))
            _hasResult = IsThere(ref json);
        else
            IsThere(ref json);
    }

    private void ReadEnvironment(ref Utf8JsonReader json, string name)
    {
        if (_hasEnvironment)
            throw UnreadableBodyException.Twice(name);
        _hasEnvironment = true;
        _ofEnvironment = ContainerReader.ReadEnvironment(ref json, name);
    }

    private static string? TextOnce(ref Utf8JsonReader json, ref bool seen, string name)
    {
        if (seen)
            throw UnreadableBodyException.Twice(name);
        seen = true;
        json.Read();
        return KeyText.Of(in json, name);
    }

    /// <summary>Goes past a value; false where it is null.</summary>
    private static bool IsThere(ref Utf8JsonReader json)
    {
        json.Read();
        var isThere = json.TokenType != JsonTokenType.Null;
        json.Skip();
        return isThere;
    }
}
