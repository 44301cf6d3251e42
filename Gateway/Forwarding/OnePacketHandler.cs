using System.Net;

namespace SessionAware.Gateway.Forwarding;

/// <summary>
/// Sends a small request in one packet. The forwarder flushes a request's head before its body, so that every small request costs two; a body of known length
/// that fits the connection's own buffer goes with its head, as soon as it is whole.
/// </summary>
internal sealed class OnePacketHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // The connection's buffer is 4 KB; the rest is for the head.
    private const int Largest = 2048;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is { Headers.ContentLength: > 0 and <= Largest } content)
            request.Content = new UnflushedContent(content);
        return base.SendAsync(request, cancellationToken);
    }

    private sealed class UnflushedContent : HttpContent
    {
        private readonly HttpContent _content;

        public UnflushedContent(HttpContent content)
        {
            _content = content;
            foreach (var (name, values) in content.Headers.NonValidated)
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
            _content.CopyToAsync(new UnflushedStream(stream), context, cancellationToken);

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    /// <summary>Whoever owns the stream flushes it at the end.</summary>
    private sealed class UnflushedStream(Stream stream) : WriteOnlyStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => stream.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Flush()
        {
        }
    }
}
