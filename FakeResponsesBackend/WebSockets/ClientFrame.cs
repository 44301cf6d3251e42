using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>A frame <c>response.create</c> as it came: what is needed to put it in its lane, and the rest unread until its turn.</summary>
/// <param name="Utf8">The whole frame.</param>
/// <param name="StreamId">The lane's name; null for the default lane.</param>
/// <param name="PreviousResponseId">What it continues.</param>
internal sealed partial record ClientFrame(ReadOnlyMemory<byte> Utf8, string? StreamId, string? PreviousResponseId)
{
    private const string Create = "response.create";

    /// <summary>The path of the connection.</summary>
    public required string Path { get; init; }

    /// <summary>Its entry in the journal.</summary>
    public required JournalEntry Entry { get; init; }

    /// <summary>Reads a frame, or says what is wrong with it and in which lane.</summary>
    public static (ClientFrame? Frame, ApiError? Fault, string? StreamId) Read(ReadOnlyMemory<byte> utf8, string path, JournalEntry entry)
    {
        string? streamId = null;
        var (frame, fault) = JsonBody.Read(utf8, fields =>
        {
            streamId = ReadStreamId(fields);
            // Steering a response that runs is a frame of its own at the service, for models that this region does not have.
            if (fields.Choice("type", Create) is null)
                fields.Refuse(ParameterErrors.Missing("type"));
            var previous = fields.Value("previous_response_id") is { ValueKind: JsonValueKind.String } id ? id.GetString() : null;
            return new ClientFrame(utf8, streamId, previous) { Path = path, Entry = entry };
        });
        return (frame, fault, streamId);
    }

    private static string? ReadStreamId(FieldReader fields)
    {
        if (fields.Value("stream_id") is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is { } name && LaneName().IsMatch(name))
            return name;
        fields.Refuse(FrameErrors.InvalidStreamId());
        return null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,256}\z")]
    private static partial Regex LaneName();
}
