using System.Buffers;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>One event of a stream, whichever API it belongs to: all that pace, latency, faults and framing need to know of it.</summary>
public interface IStreamEvent
{
    /// <summary>What its <c>event:</c> line says; null: it has none.</summary>
    string? EventName { get; }

    /// <summary>Whether the model must have begun before it can be there.</summary>
    bool ComesFromModel { get; }

    /// <summary>Whether it is known that no event follows it.</summary>
    bool IsLast => false;

    /// <summary>Whether it brings the next token.</summary>
    bool BringsToken { get; }

    /// <summary>Writes its data, UTF-8.</summary>
    void WriteTo(IBufferWriter<byte> buffer);
}
