using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Something that happens in a run: what its stream sends, and what latency and <see cref="EventPace"/> see of it.</summary>
/// <param name="Type">The name in its <c>event:</c> line; its data does not repeat it.</param>
/// <param name="Data">The object as it stands then.</param>
public record RunEvent(string Type, object Data) : ResponseEvent(Type);

/// <summary>The next token of a message or of a call.</summary>
public sealed record RunDeltaEvent(string Type, object Data, string Delta) : RunEvent(Type, Data), IDeltaEvent
{
    /// <summary>This family does not pad its events.</summary>
    public string? Obfuscation => null;
}
