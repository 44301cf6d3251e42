using System.ClientModel.Primitives;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.RegionKills;

/// <summary>Keeps what an official client sends and receives, as it is on the wire: what the test expects is made of that and of nothing else.</summary>
internal sealed class WireTap : PipelinePolicy
{
    /// <summary>The latest request and its answer.</summary>
    public Exchange Latest { get; private set; } = new([]);

    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex) => throw new NotSupportedException("The tests' clients are asynchronous.");

    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        using var body = new MemoryStream();
        await message.Request.Content!.WriteToAsync(body, message.CancellationToken);
        var exchange = Latest = new(JsonNode.Parse(body.ToArray())!.AsObject());
        await ProcessNextAsync(message, pipeline, currentIndex);
        var answer = message.Response!;
        exchange.Status = answer.Status;
        foreach (var (name, value) in answer.Headers)
            exchange.Headers[name] = value;
        if (message.BufferResponse)
            exchange.Receive(answer.Content.ToMemory().Span);
        else
            answer.ContentStream = new TappedStream(answer.ContentStream!, exchange);
    }

    /// <summary>Passes on what it reads and keeps it.</summary>
    private sealed class TappedStream(Stream source, Exchange exchange) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await source.ReadAsync(buffer, cancellationToken);
            exchange.Receive(buffer.Span[..read]);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                source.Dispose();
            base.Dispose(disposing);
        }
    }
}
