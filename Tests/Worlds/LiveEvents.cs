using System.Text;

namespace SessionAware.Tests.Worlds;

/// <summary>A stream of events while it runs: the response's id is known from its first event. Disposing of it early is a hang-up.</summary>
public sealed class LiveEvents : IAsyncDisposable
{
    private readonly RawHttp _raw;
    private readonly IAsyncEnumerator<string> _chunks;
    private readonly StringBuilder _seen = new();

    private LiveEvents(RawHttp raw) => (_raw, _chunks) = (raw, raw.ReadChunksAsync().GetAsyncEnumerator(TestContext.Current.CancellationToken));

    public string Id { get; private set; } = "";

    /// <summary>Status and headers as they came.</summary>
    public string Head { get; private set; } = "";

    /// <summary>Asks for a response and reads its first event.</summary>
    public static Task<LiveEvents> CreateAsync(WebNode region, string body) => CreateAsync(region.Url, body);

    /// <summary>The same below <paramref name="root"/>.</summary>
    public static async Task<LiveEvents> CreateAsync(string root, string body) => await ReadFirstAsync(await RawHttp.PostAsync($"{root}/openai/v1/responses", body));

    /// <summary>Streams a response again and reads its first event.</summary>
    public static async Task<LiveEvents> ResumeAsync(WebNode region, string id) => await ReadFirstAsync(await RawHttp.SendAsync(
        region.Url, $"GET /openai/v1/responses/{id}?stream=true HTTP/1.1\r\nHost: x\r\napi-key: {Nodes.ApiKey}\r\n\r\n"));

    /// <summary>Everything from the first event to the end.</summary>
    public async Task<string> ReadAllAsync()
    {
        while (await _chunks.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken))
            _seen.Append(_chunks.Current);
        Assert.True(_raw.EndedProperly);
        return _seen.ToString();
    }

    public ValueTask DisposeAsync()
    {
        _raw.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<LiveEvents> ReadFirstAsync(RawHttp raw)
    {
        var live = new LiveEvents(raw);
        live.Head = await live._raw.ReadHeadAsync();
        Assert.True(await live._chunks.MoveNextAsync());
        live._seen.Append(live._chunks.Current);
        live.Id = Events.Parse(live._chunks.Current)[0].Data["response"]!["id"]!.GetValue<string>();
        return live;
    }
}
