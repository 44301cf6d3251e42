using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>A changed pools file takes effect while the gateway serves, or is refused whole.</summary>
public sealed class Live_configuration
{
    [Fact]
    public async Task Change_takes_effect_without_a_restart()
    {
        await using var world = await LiveWorld.StartAsync(Pools(["a"]));
        using var caller = world.Call();
        Assert.Equal("a", (await caller.GetAsync("pool")).Text);

        await world.ChangeAsync(Pools(["b"], path: "elsewhere"));

        Assert.Equal("b", (await caller.GetAsync("elsewhere")).Text);
        Assert.Equal(404, (await caller.GetAsync("pool")).Status);
        Assert.Contains($"Information: The change of {world.PoolsFile} is in force: 4 backends, 1 pools, 1 APIs.", world.Log);
    }

    [Fact]
    public async Task Invalid_change_is_refused_with_every_fault_logged_and_the_old_one_kept()
    {
        await using var world = await LiveWorld.StartAsync(Pools(["a"]));
        using var caller = world.Call();

        await world.ChangeAsync(Pools(["b", "nobody", "a", "a"], path: "health"), accepted: false);

        string[] faults =
        [
            $"{world.PoolsFile}: pools[0].properties.pool.services[1].id: ValidationError: Backend Entity 'nobody' not found.",
            $"{world.PoolsFile}: pools[0].properties.pool.services[3].id: '/backends/a' is in this pool already",
            $"{world.PoolsFile}: apis[0].properties.path: 'health' is taken by the gateway itself",
        ];
        Assert.Equal(faults, (await caller.GetAsync("admin/pools")).Json["refused_faults"]!.AsArray().Select(fault => fault!.GetValue<string>()));
        Assert.All(faults, fault => Assert.Contains($"Error: A change of the pools was refused, they stay as they are: {fault}", world.Log));
        Assert.Equal("a", (await caller.GetAsync("pool")).Text);

        await world.ChangeAsync(Pools(["b"]));
        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
        Assert.Empty((await caller.GetAsync("admin/pools")).Json["refused_faults"]!.AsArray());
    }

    [Theory]
    [InlineData("{ \"backends\": [")]
    [InlineData("{ \"backends\": 99999999999999999999 }")]
    [InlineData("")]
    [InlineData(null)]
    public async Task File_that_is_broken_or_gone_changes_nothing(string? text)
    {
        await using var world = await LiveWorld.StartAsync(Pools(["a"]));
        using var caller = world.Call();

        await world.ChangeAsync(text, accepted: false);

        Assert.Equal("a", (await caller.GetAsync("pool")).Text);
        await world.ChangeAsync(Pools(["b"]));
        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task File_behind_a_link_that_is_swapped_is_read_anew()
    {
        var folder = Scratch.Folder("mounted");
        foreach (var (version, member) in ((string, string)[])[("1", "a"), ("2", "b")])
        {
            Directory.CreateDirectory(Path.Combine(folder, version));
            await File.WriteAllTextAsync(Path.Combine(folder, version, "pools.json"), Pools([member]), TestContext.Current.CancellationToken);
        }

        void Link(string version)
        {
            File.Delete(Path.Combine(folder, "data"));
            File.CreateSymbolicLink(Path.Combine(folder, "data"), version);
        }

        Link("1");
        await using var world = await LiveWorld.StartAsync(Path.Combine(folder, "data", "pools.json"), write: false);
        Assert.Equal(["a"], await world.AskAsync(1));

        await world.WaitForAsync(accepted: true, () => Link("2"));

        Assert.Equal(["b"], await world.AskAsync(1));
    }

    [Fact]
    public async Task Tripped_and_drained_backends_stay_so_while_the_file_names_them()
    {
        await using var world = await LiveWorld.StartAsync(Pools(["a", "b", "c"]));
        using var caller = world.Call();
        world["a"].Next(429, ("Retry-After", "3600"));
        Assert.Equal(429, (await caller.GetAsync("pool")).Status);
        Assert.Equal(200, (await caller.SendAsync(HttpMethod.Post, "admin/backends/b/drain")).Status);

        await world.ChangeAsync(Pools(["b", "a", "c"], weight: 7));
        Assert.Equal(["c", "c", "c"], await world.AskAsync(3));
        Assert.Equal("tripped", await StateAsync(caller, "a"));

        // A rule that is taken away trips no more; a backend that is taken out is forgotten.
        await world.ChangeAsync(Pools(["b", "a", "c"], breaker: null));
        Assert.Equal("available", await StateAsync(caller, "a"));
        await world.ChangeAsync(Pools(["a", "c"], without: "b"));
        await world.ChangeAsync(Pools(["b"]));
        Assert.Equal(["b"], await world.AskAsync(1));
    }

    [Fact]
    public async Task Session_of_a_backend_that_was_taken_out_begins_anew_elsewhere()
    {
        await using var world = await LiveWorld.StartAsync(Pools(["a"], affinity: true));
        using var caller = world.Call(cookies: true);
        Assert.Equal("a", (await caller.GetAsync("pool")).Text);

        await world.ChangeAsync(Pools(["b"], affinity: true));

        var moved = await caller.GetAsync("pool");
        Assert.Equal(("b", "new"), (moved.Text, moved.Header("x-session-affinity")));
        Assert.Equal("pinned", (await caller.GetAsync("pool")).Header("x-session-affinity"));
    }

    [Fact]
    public async Task Affinity_by_ids_that_comes_while_the_store_cannot_be_opened_is_refused_with_the_reason()
    {
        var blocked = Path.Combine(Scratch.Folder("sessions"), "file");
        await File.WriteAllTextAsync(blocked, "", TestContext.Current.CancellationToken);
        await using var world = await LiveWorld.StartAsync(Pools(["a"]), settings: ("Gateway:Sessions:File", Path.Combine(blocked, "sessions.db")));
        using var caller = world.Call();
        var ids = Pools(["b"]).Replace("\"name\": \"pool\", \"properties\": { \"pool\"", "\"name\": \"pool\", \"sessionAware\": { \"affinity\": \"ids\" }, \"properties\": { \"pool\"", StringComparison.Ordinal);

        await world.ChangeAsync(ids, accepted: false);

        Assert.Contains("Gateway__Sessions__File: sessions cannot be kept in", (await caller.GetAsync("admin/pools")).Json["refused_faults"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal("a", (await caller.GetAsync("pool")).Text);
        File.Delete(blocked);
        await world.ChangeAsync(ids + " ");
        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task Address_that_changes_in_the_configuration_takes_effect_too()
    {
        await using var world = await LiveWorld.StartAsync(Pools(["a"]));
        using var caller = world.Call();
        Assert.Equal("a", (await caller.GetAsync("pool")).Text);

        await world.ConfigureAsync("Backends:a:Url", world["d"].Url);

        Assert.Equal("d", (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task Target_and_whether_callers_are_known_change_by_a_restart_alone()
    {
        const string target = "SessionAware:Target was Local when the gateway started: a change of it needs a restart";
        const string owners = "Gateway:Owners named no callers when the gateway started: a change of that needs a restart";
        await using var world = await LiveWorld.StartAsync(Pools(["a"]));
        using var caller = world.Call();
        world["a"].Otherwise(context => context.Response.WriteAsync($"a {context.Request.Headers["api-key"]}"));
        async Task<IEnumerable<string>> RefusedAsync() => (await caller.GetAsync("admin/pools")).Json["refused_faults"]!.AsArray().Select(fault => fault!.GetValue<string>());

        await world.ConfigureAsync(accepted: false, ("SessionAware:Target", "Azure"), ("Backends:a:ApiKey", "the-key-of-the-gateway"));
        Assert.Equal([target], await RefusedAsync());
        Assert.Equal($"a {Nodes.ApiKey}", (await caller.GetAsync("pool")).Text);

        await File.WriteAllTextAsync(world.PoolsFile, Pools(["b"]), TestContext.Current.CancellationToken);
        await world.ConfigureAsync(accepted: true, ("SessionAware:Target", "Local"), ("Backends:a:ApiKey", null));
        Assert.Equal("b", (await caller.GetAsync("pool")).Text);

        await world.ConfigureAsync(accepted: false, ("SessionAware:Target", "Azure"), ("Gateway:Owners:Subscriptions:0:Name", "a"), ("Gateway:Owners:Subscriptions:0:KeyHashes:0", $"sha256:{new string('0', 64)}"));
        Assert.Equal([target, owners], await RefusedAsync());
        Assert.All(new[] { target, owners }, fault => Assert.Contains($"Error: A change of the pools was refused, they stay as they are: {fault}", world.Log));
        Assert.Equal("b", (await caller.GetAsync("pool")).Text);
    }

    [Fact]
    public async Task Nothing_is_lost_or_misrouted_when_pools_change_ten_times_under_load()
    {
        const int Streams = 200;
        string[] names = ["a", "b", "c", "d"];
        string[] MembersOf(int version) => [names[version % 4], names[(version + 1) % 4]];
        var cancel = TestContext.Current.CancellationToken;
        await using var world = await LiveWorld.StartAsync(Pools(MembersOf(0)));
        var clock = new Ticks();
        foreach (var name in names)
            world[name].Otherwise(context => context.Request.Path == "/stream" ? clock.StreamAsync(context, name) : context.Response.WriteAsync(name, cancel));
        using var http = new HttpClient(new SocketsHttpHandler()) { BaseAddress = new Uri(world.Url + "/") };

        var streams = Enumerable.Range(0, Streams).Select(_ => http.GetStringAsync(new Uri("pool/stream", UriKind.Relative), cancel)).ToList();
        await Eventually.IsAsync(() => Task.FromResult(clock.Open == Streams));

        // Each answer must come from a member of a version that was in force at some time between the request and its answer.
        var (inForce, written, requests) = (0, 0, 0);
        var misrouted = new ConcurrentQueue<string>();
        using var done = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (!done.IsCancellationRequested)
                {
                    var oldest = Volatile.Read(ref inForce);
                    var served = await http.GetStringAsync(new Uri("pool/x", UriKind.Relative), cancel);
                    var newest = Volatile.Read(ref written);
                    if (!Enumerable.Range(oldest, newest - oldest + 1).SelectMany(MembersOf).Contains(served))
                        misrouted.Enqueue($"{served} served between versions {oldest} and {newest}");
                    Interlocked.Increment(ref requests);
                }
            },
            cancel)).ToList();
        for (var version = 1; version <= 10; version++)
        {
            clock.Tick();
            Volatile.Write(ref written, version);
            await world.ChangeAsync(Pools(MembersOf(version), weight: version, breaker: version % 3 == 0 ? null : PoolWorld.Breaker), replace: version % 2 == 0);
            Volatile.Write(ref inForce, version);
            var before = Volatile.Read(ref requests);
            await Eventually.IsAsync(() => Task.FromResult(Volatile.Read(ref requests) > before + 20));
        }

        await done.CancelAsync();
        await Task.WhenAll(load);
        clock.End();
        var whole = await Task.WhenAll(streams);

        Assert.Empty(misrouted);
        var expected = string.Concat(Enumerable.Range(1, 10).Select(number => $"event: tick\ndata: {number}\n\n")) + "event: end\ndata: 0\n\n";
        Assert.All(whole, text => Assert.Equal(expected, text[(text.IndexOf("\n\n", StringComparison.Ordinal) + 2)..]));
        Assert.Equal([Streams / 2, Streams / 2], MembersOf(0).Select(name => whole.Count(text => text.StartsWith($"data: {name}\n", StringComparison.Ordinal))));
        TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests and {Streams} streams during ten changes: none lost, none misrouted.");
    }

    private static async Task<string> StateAsync(Caller caller, string backend) => (await caller.GetAsync($"admin/backends/{backend}")).Json["state"]!.GetValue<string>();

    private static string Pools(string[] members, string path = "pool", int weight = 1, string? breaker = PoolWorld.Breaker, bool affinity = false, string without = "")
    {
        var cookie = affinity ? """, "sessionAffinity": { "sessionId": { "source": "cookie" } }""" : "";
        return $$"""
            {
              "backends": [ {{string.Join(", ", ((string[])["a", "b", "c", "d"]).Where(name => name != without).Select(name => PoolWorld.Backend(name, breaker)))}} ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ {{string.Join(", ", members.Select(name => $$"""{ "id": "/backends/{{name}}", "weight": {{weight}} }"""))}} ] {{cookie}} } } } ],
              "apis": [ { "name": "pool", "properties": { "path": "{{path}}" }, "sessionAware": { "pool": "pool" } } ]
            }
            """;
    }
}
