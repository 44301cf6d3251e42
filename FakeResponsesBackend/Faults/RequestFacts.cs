using System.Text;
using System.Text.Json;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>What a fault's match can look at.</summary>
public sealed record RequestFacts(string Method, string Path, BodyFacts Body);

/// <summary>What the body says, as far as it can be read.</summary>
public sealed class BodyFacts(ReadOnlyMemory<byte> utf8)
{
    private string? _text;
    private (string? Model, bool Stream, bool Continues)? _fields;

    /// <summary>The body as text.</summary>
    public string Text => _text ??= Encoding.UTF8.GetString(utf8.Span);

    /// <summary><c>model</c>.</summary>
    public string? Model => Fields.Model;

    /// <summary><c>stream</c>.</summary>
    public bool Stream => Fields.Stream;

    /// <summary>Whether it continues a response or a conversation.</summary>
    public bool Continues => Fields.Continues;

    private (string? Model, bool Stream, bool Continues) Fields => _fields ??= Read();

    private (string? Model, bool Stream, bool Continues) Read()
    {
        try
        {
            using var body = JsonDocument.Parse(utf8);
            return body.RootElement.ValueKind == JsonValueKind.Object ? Read(body.RootElement) : default;
        }
        catch (JsonException)
        {
            // Unreadable bodies match nothing; the endpoint says what is wrong with them.
            return default;
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    private static (string? Model, bool Stream, bool Continues) Read(JsonElement body) => (
        body.TryGetProperty("model", out var model) && model.ValueKind == JsonValueKind.String ? model.GetString() : null,
        body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True,
        Has(body, "previous_response_id") || Has(body, "conversation"));

    private static bool Has(JsonElement body, string name) => body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
}
