using System.Buffers;
using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>An event of a streamed completion: a <c>data:</c> line and nothing else.</summary>
/// <param name="Body">Its data.</param>
/// <param name="Flavor">Whose dialect it speaks.</param>
internal sealed record ChatEvent(ChatEventBody Body, ApiFlavor Flavor) : IStreamEvent
{
    public string? EventName => null;

    public bool ComesFromModel => Body.PromptFilterResults is null;

    public bool BringsToken { get; init; }

    /// <summary>The same with padding: the characters of its data are one more than a multiple of the block, as measured.</summary>
    public ChatEvent Padded()
    {
        var empty = this with { Body = Body with { Obfuscation = "" } };
        var characters = JsonSerializer.Serialize(empty.Body, TypeInfo).EnumerateRunes().Count();
        var missing = (Obfuscation.Block + 1 - (characters % Obfuscation.Block)) % Obfuscation.Block;
        return this with { Body = Body with { Obfuscation = Obfuscation.OfLength(missing) } };
    }

    public void WriteTo(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder });
        JsonSerializer.Serialize(json, Body, TypeInfo);
    }

    private System.Text.Json.Serialization.Metadata.JsonTypeInfo TypeInfo => ChatJson.OfEvent(Flavor).GetTypeInfo(typeof(ChatEventBody));
}

/// <summary>The end of a stream in which something went wrong: the error's own shape, and no <c>[DONE]</c>.</summary>
internal sealed record ChatErrorEvent(StreamError Error) : IStreamEvent
{
    public string? EventName => null;

    public bool ComesFromModel => true;

    public bool BringsToken => false;

    public void WriteTo(IBufferWriter<byte> buffer)
    {
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = WireJson.Options.Encoder });
        json.WriteStartObject();
        new ApiError(StatusCodes.Status200OK, Error.Message, Error.Type, Error.Param, Error.Code).WriteTo(json);
        json.WriteEndObject();
    }
}
