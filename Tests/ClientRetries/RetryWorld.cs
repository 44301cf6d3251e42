using System.Text.Json.Nodes;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>
/// Two emulated regions behind the shipped <c>/session-aware</c>, whose trips and patience are short: what clients are told to wait is a second, and so short
/// are the tests. Conversations begin at eastus2.
/// </summary>
internal sealed class RetryWorld : IAsyncDisposable
{
    public const string Background = ""","background":true""";
    public const string HostedTool = ""","tools":[{"type":"web_search"}]""";

    private readonly IdWorld _world;
    private readonly JsonNode _pools;
    private WebNode? _replica;

    private RetryWorld(IdWorld world, JsonNode pools)
    {
        (_world, _pools) = (world, pools);
        (EastUs2, WestUs) = (new(world.EastUs2.Url), new(world.WestUs.Url));
        (Caller, Admin) = (IdWorld.Call(world.Gateway), new(world.Gateway.Url));
    }

    /// <summary>The region itself.</summary>
    public Caller EastUs2 { get; }

    /// <summary>The other one.</summary>
    public Caller WestUs { get; }

    /// <summary>A caller of the API that retries nothing.</summary>
    public Caller Caller { get; }

    /// <summary>The gateway's administration.</summary>
    public Caller Admin { get; }

    /// <summary>The API's address.</summary>
    public string Api => $"{(_replica ?? _world.Gateway).Url}/session-aware";

    public static async Task<RetryWorld> StartAsync(string trip = "PT0.5S", string maxWait = "PT0.2S", string failBack = "stay", params string[] replayOn)
    {
        var pools = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "pools.json")))!;
        foreach (var backend in pools["backends"]!.AsArray())
            backend!["properties"]!["circuitBreaker"]!["rules"]![0]!["tripDuration"] = trip;
        var behavior = SessionAware(pools)["sessionAware"]!;
        (behavior["maxWait"], behavior["failBack"]) = (maxWait, failBack);
        if (replayOn.Length > 0)
            behavior["replayOn"] = new JsonArray([.. replayOn.Select(situation => JsonValue.Create(situation))]);
        return new(await IdWorld.StartAsync(("environment", "Development"), ("Gateway:PoolsFile", PoolsText.Write(pools.ToJsonString()))), pools);
    }

    /// <summary>A request for a turn that only who knows what was said before can answer.</summary>
    public static JsonObject Turn(bool streams, string? previous = null, string more = "", string input = "Who am I?") => JsonNode.Parse(
        $$"""
        {"model":"gpt-4o-mini","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"{{input}}"}]}],"stream":{{(streams ? "true" : "false")}}{{(previous is null ? "" : $",\"previous_response_id\":\"{previous}\"")}}{{more}}}
        """)!.AsObject();

    /// <summary>A first turn, at eastus2.</summary>
    /// <returns>Its id.</returns>
    public async Task<string> BeginAsync()
    {
        var first = await Caller.SayAsync("My name is Ada.");
        Assert.Equal("eastus2", first.Header("x-backend-id"));
        return first.Id;
    }

    /// <summary>A conversation at eastus2.</summary>
    /// <returns>What names it in a request.</returns>
    public async Task<string> BeginConversationAsync()
    {
        var made = await Caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", new { items = new[] { new { role = "user", content = "My name is Ada." } } });
        Assert.Equal("eastus2", made.Header("x-backend-id"));
        return $$""","conversation":{"id":"{{made.Id}}"}""";
    }

    /// <summary>From here on requests count; of these <paramref name="faults"/> strike at eastus2, one each.</summary>
    public async Task StrikeAsync(params object[] faults)
    {
        foreach (var region in new[] { EastUs2, WestUs })
            Assert.Equal(204, (await region.SendAsync(HttpMethod.Delete, "_emulator/journal")).Status);
        if (faults.Length > 0)
            await EastUs2.QueueAsync(faults);
    }

    /// <summary>Whoever connects to eastus2 is refused from now on.</summary>
    public Task CloseAsync() => _world.StopAsync(_world.EastUs2);

    /// <summary>Official clients speak to another replica from now on, whose pool eastus2 has left.</summary>
    public async Task TakeOutAsync()
    {
        SessionAware(_pools)["properties"]!["pool"]!["services"]!.AsArray().RemoveAll(service => service!["id"]!.GetValue<string>() == "/backends/eastus2");
        var store = _world.Gateway.App.Configuration["Gateway:Sessions:File"];
        _replica = await Nodes.StartGatewayAsync(
            _world.EastUs2.Url, _world.WestUs.Url, ("Gateway:PoolsFile", PoolsText.Write(_pools.ToJsonString())), ("Gateway:Sessions:File", store));
    }

    /// <summary>
    /// Exactly these requests have arrived since the strike: the status of each, or "lost" where it got no answer, and the number of the sending where it was marked.
    /// </summary>
    public async Task AssertArrivedAsync(string eastus2, string westus) => Assert.Equal((eastus2, westus), (await ArrivedAsync(EastUs2), await ArrivedAsync(WestUs)));

    public static async Task<string> ArrivedAsync(Caller region) => string.Join(", ", (await region.JournalAsync()).Select(entry =>
        (entry!["status"]?.ToString() ?? "lost") + (entry["attempt"] is { } number ? $" #{number}" : "")));

    public async ValueTask DisposeAsync()
    {
        foreach (var caller in new[] { Caller, Admin, EastUs2, WestUs })
            caller.Dispose();
        if (_replica is not null)
            await _replica.DisposeAsync();
        await _world.DisposeAsync();
    }

    private static JsonNode SessionAware(JsonNode pools) => pools["pools"]!.AsArray().Single(pool => pool!["name"]!.GetValue<string>() == "session-aware")!;
}
