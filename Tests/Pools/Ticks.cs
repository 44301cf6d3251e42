using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace SessionAware.Tests.Pools;

/// <summary>Streams that all send an event whenever it ticks.</summary>
internal sealed class Ticks
{
    private readonly Lock _lock = new();
    private readonly List<Channel<string>> _streams = [];
    private int _number;

    public int Open
    {
        get
        {
            lock (_lock)
                return _streams.Count;
        }
    }

    public void Tick() => Send($"event: tick\ndata: {++_number}\n\n", isLast: false);

    public void End() => Send("event: end\ndata: 0\n\n", isLast: true);

    public async Task StreamAsync(HttpContext context, string name)
    {
        var events = Channel.CreateUnbounded<string>();
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync($"data: {name}\n\n");
        await context.Response.Body.FlushAsync();
        lock (_lock)
            _streams.Add(events);
        await foreach (var item in events.Reader.ReadAllAsync(context.RequestAborted))
        {
            await context.Response.WriteAsync(item);
            await context.Response.Body.FlushAsync();
        }
    }

    private void Send(string item, bool isLast)
    {
        lock (_lock)
        {
            foreach (var stream in _streams)
            {
                stream.Writer.TryWrite(item);
                if (isLast)
                    stream.Writer.Complete();
            }
        }
    }
}
