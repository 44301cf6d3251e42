using System.Buffers;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary><c>[DONE]</c>, the last event of a stream of the older APIs.</summary>
/// <param name="EventName">What its <c>event:</c> line says; null: it has none.</param>
internal sealed record DoneEvent(string? EventName = null) : IStreamEvent
{
    public bool ComesFromModel => true;

    public bool BringsToken => false;

    public void WriteTo(IBufferWriter<byte> buffer) => buffer.Write("[DONE]"u8);
}
