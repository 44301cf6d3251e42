using System.Text;
using System.Text.Json;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>What a fault's match can look at.</summary>
/// <param name="Method">The HTTP method; <see cref="Frame"/> for a frame.</param>
/// <param name="Path">The path, without the query.</param>
/// <param name="Body">The body, or the frame's text.</param>
public sealed record RequestFacts(string Method, string Path, BodyFacts Body)
{
    /// <summary>What stands for the method of a request that came as a frame of a WebSocket.</summary>
    public const string Frame = "WS";

    /// <summary>Whether it only opens a WebSocket.</summary>
    public bool IsHandshake { get; init; }
}

/// <summary>What the body says, as far as it can be read.</summary>
/// <param name="utf8">The body.</param>
/// <param name="alwaysStreams">Whether it is answered by events whatever it says.</param>
public sealed class BodyFacts(ReadOnlyMemory<byte> utf8, bool alwaysStreams = false)
{
    private string? _text;
    private (string? Model, bool Stream, bool Continues)? _fields;

    /// <summary>The body as text.</summary>
    public string Text => _text ??= Encoding.UTF8.GetString(utf8.Span);

    /// <summary><c>model</c>.</summary>
    public string? Model => Fields.Model;

    /// <summary><c>stream</c>.</summary>
    public bool Stream => alwaysStreams || Fields.Stream;

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
