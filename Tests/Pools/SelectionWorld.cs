using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>The gateway of one row, its backends brought into the row's states.</summary>
internal sealed partial class SelectionWorld : IAsyncDisposable
{
    private readonly SelectionBackends _backends;
    private readonly SelectionRow _row;
    private readonly WatchedTime _time = new();
    private WebNode _gateway = null!;

    private SelectionWorld(SelectionBackends backends, SelectionRow row) => (_backends, _row) = (backends, row);

    private IEnumerable<string> Names => _row.Services.Select(service => Service().Match(service).Groups["name"].Value);

    public static async Task<SelectionWorld> StartAsync(SelectionBackends backends, SelectionRow row)
    {
        var world = new SelectionWorld(backends, row);
        foreach (var name in world.Names)
            backends[name].Recover();
        world._gateway = await Nodes.StartGatewayAsync(
            [
                new("Gateway:PoolsFile", PoolsText.Write(world.WritePools())), new("Gateway:CookieKeysDirectory", backends.KeysDirectory), new("environment", "Development"),
                .. world.Names.Select(name => KeyValuePair.Create($"Backends:{name}:Url", (string?)world.AddressOf(name))),
            ],
            services => services.AddSingleton<TimeProvider>(world._time));
        foreach (var state in row.States)
            await world.BringAboutAsync(state);
        return world;
    }

    /// <summary>Sends as many requests as the row has answers.</summary>
    public async Task<SelectionAnswer> AskAsync()
    {
        using var caller = new Caller(_gateway.Url);
        List<string> served = [];
        Answer? last = null;
        foreach (var _ in _row.Expected.Backends.Split(' '))
        {
            last = await caller.SendAsync(HttpMethod.Post, "pool/openai/v1/responses", "{}", _row.Cookie.Length > 0 ? [("Cookie", _backends.CookieOf(_row.Cookie))] : []);
            served.Add(last.Header("x-backend-id") ?? "-");
        }

        return new(
            string.Join(' ', served),
            last!.Status.ToString(CultureInfo.InvariantCulture),
            last.Header("x-session-affinity")!,
            last.Header("x-session-key")!,
            last.Header("Set-Cookie") is null ? "" : "yes",
            last.Header("Retry-After") ?? "",
            last.Status == 200 ? "" : last.Json["error"]!["code"]!.GetValue<string>());
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    private string AddressOf(string name) => _row.States.Contains($"{name} down") ? $"http://127.0.0.1:{Ports.Free()}" : _backends[name].Url;

    private async Task BringAboutAsync(string state)
    {
        using var caller = new Caller(_gateway.Url);
        var words = State().Match(state).Groups;
        Assert.True(words[0].Success, $"'{state}' is no state");
        var backend = _backends[words["name"].Value];
        switch (words["what"].Value)
        {
            case "throttled":
                backend.Next(429, ("Retry-After", words["number"].Value));
                Assert.Equal(429, (await caller.GetAsync($"only-{backend.Name}")).Status);
                break;
            case "failed":
                backend.Next(500);
                Assert.Equal(500, (await caller.GetAsync($"only-{backend.Name}")).Status);
                break;
            case "drained":
                Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, $"admin/backends/{backend.Name}/drain")).Status);
                break;
            case "sends":
                backend.Always(int.Parse(words["number"].Value, CultureInfo.InvariantCulture), words["after"].Success ? [("Retry-After", words["after"].Value)] : []);
                break;
        }
    }

    private string WritePools()
    {
        var failure = Option("answers (\\d+)") is { } status ? $$""", "failureResponse": { "statusCode": {{status}} }""" : "";
        var affinity = _row.Pool.Contains("affinity") ? """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""" : "";
        var ours = _row.Pool.Contains("redistribute") ? """, "sessionAware": { "onUnavailable": "redistribute" }""" : "";
        var retry = Option("retry (\\d+)") is { } count ? $$""", "retry": { "count": {{count}} }""" : "";
        var breaker = Option("breaker answers (\\d+)") is { } refusal
            ? PoolWorld.Breaker.Replace("\"acceptRetryAfter\"", $$""" "failureResponse": { "statusCode": {{refusal}} }, "acceptRetryAfter" """, StringComparison.Ordinal)
            : PoolWorld.Breaker;
        string Pool(string name, string services, string more) => $$"""{ "name": "{{name}}", "properties": { "pool": { "services": [ {{services}} ] {{more}} } } {{(name == "pool" ? ours : "")}} }""";
        string Api(string name, string more) => $$"""{ "name": "{{name}}", "properties": { "path": "{{name}}" }, "sessionAware": { "pool": "{{name}}" {{more}} } }""";

        return $$"""
            {
              "backends": [ {{Join(Names.Select(name => PoolWorld.Backend(name, breaker)))}} ],
              "pools": [ {{Join([Pool("pool", Join(_row.Services.Select(WriteService)), affinity + failure), .. Names.Select(name => Pool($"only-{name}", WriteService(name), ""))])}} ],
              "apis": [ {{Join([Api("pool", retry), .. Names.Select(name => Api($"only-{name}", ""))])}} ]
            }
            """;
    }

    private static string WriteService(string service)
    {
        var parts = Service().Match(service).Groups;
        return $$"""{ "id": "/backends/{{parts["name"]}}" {{(parts["weight"].Success ? $", \"weight\": {parts["weight"]}" : "")}} {{(parts["priority"].Success ? $", \"priority\": {parts["priority"]}" : "")}} }""";
    }

    private string? Option(string pattern) => _row.Pool.Select(option => Regex.Match(option, $"^{pattern}$")).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    private static string Join(IEnumerable<string> parts) => string.Join(", ", parts);

    [GeneratedRegex(@"^(?<name>\w)(\*(?<weight>\d+))?(@(?<priority>\d+))?$")]
    private static partial Regex Service();

    [GeneratedRegex(@"^(?<name>\w) (?<what>throttled|failed|drained|down|sends)( (?<number>\d+)(/(?<after>\d+))?)?$")]
    private static partial Regex State();
}
