using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>APIM's session affinity: a cookie pins its holder to one backend of the pool.</summary>
public sealed class Cookie_affinity
{
    private const string Name = "APIM-Backend-Affinity";

    [Fact]
    public async Task First_answer_sets_the_cookie_and_later_ones_are_pinned()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url, cookies: true);

        var first = await SayAsync(caller, "My name is Ada.");
        Assert.Equal(("new", "none"), (first.Header("x-session-affinity"), first.Header("x-session-key")));
        for (var turn = 0; turn < 5; turn++)
        {
            var next = await SayAsync(caller, "Who am I?", first.Id);
            Assert.Contains("Ada", next.OutputText, StringComparison.Ordinal);
            Assert.Equal(("pinned", "cookie"), (next.Header("x-session-affinity"), next.Header("x-session-key")));
            Assert.Equal(first.Header("x-backend-id"), next.Header("x-backend-id"));
            Assert.Null(next.Header("Set-Cookie"));
        }
    }

    [Fact]
    public async Task Cookie_is_opaque_and_scoped_and_comes_back_over_plain_http()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url);

        var cookie = (await SayAsync(caller, "Hi")).Header("Set-Cookie")!;

        Assert.StartsWith(Name + "=", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("eastus2", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("path=/cookie-affinity", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secure", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Conversations_without_their_own_jar_alternate_and_break()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url);

        var first = await SayAsync(caller, "My name is Ada.");
        var second = await SayAsync(caller, "Who am I?", first.Id);

        Assert.NotEqual(first.Header("x-backend-id"), second.Header("x-backend-id"));
        Assert.Equal(400, second.Status);
        Assert.Equal("previous_response_not_found", second.Json["error"]!["code"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("eastus2")]
    [InlineData("CfDJ8-forged")]
    [InlineData("")]
    public async Task Forged_cookie_is_no_cookie(string value)
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url);

        var answers = new List<Answer>();
        for (var turn = 0; turn < 4; turn++)
            answers.Add(await SayAsync(caller, "Hi", cookie: $"{Name}={value}"));

        Assert.All(answers, answer => Assert.Equal(("new", "none"), (answer.Header("x-session-affinity"), answer.Header("x-session-key"))));
        Assert.Equal(2, answers.Select(answer => answer.Header("x-backend-id")).Distinct().Count());
    }

    [Fact]
    public async Task Cookie_changed_by_one_character_is_no_cookie()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url);
        var cookie = (await SayAsync(caller, "Hi")).Header("Set-Cookie")!.Split(';')[0];
        var middle = cookie.Length / 2;
        var changed = cookie[..middle] + (cookie[middle] == 'A' ? 'B' : 'A') + cookie[(middle + 1)..];

        Assert.Equal("pinned", (await SayAsync(caller, "Hi", cookie: cookie)).Header("x-session-affinity"));
        Assert.Equal("new", (await SayAsync(caller, "Hi", cookie: changed)).Header("x-session-affinity"));
    }

    [Fact]
    public async Task Own_cookie_does_not_reach_the_region_but_others_do()
    {
        await using var backend = await Nodes.StartBackendAsync(context => context.Response.WriteAsync(context.Request.Headers.Cookie.ToString()));
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        async Task<string> SeenAsync(string cookie) => (await caller.SendAsync(HttpMethod.Get, "cookie-affinity/x", body: null, ("Cookie", cookie))).Text;

        Assert.Equal("a=1; b=2", await SeenAsync($"a=1; {Name}=secret; b=2"));
        Assert.Equal("", await SeenAsync($"{Name}=secret"));
    }

    [Fact]
    public async Task Session_does_not_begin_by_a_stream_that_breaks_before_its_first_event()
    {
        await using var backend = await Nodes.StartBackendAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("event: a\nda");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        var answer = await caller.GetAsync("cookie-affinity/x");

        Assert.Equal((502, "none", null), (answer.Status, answer.Header("x-session-affinity"), answer.Header("Set-Cookie")));
    }

    [Theory]
    [InlineData("cookie-affinity", false)]
    [InlineData("no-affinity", true)]
    public async Task Cookies_of_a_region_itself_do_not_reach_the_callers_of_a_pool_with_affinity(string api, bool passes)
    {
        await using var backend = await Nodes.StartBackendAsync(context =>
        {
            context.Response.Headers.SetCookie = new(["__cf_bm=1; path=/", $"{Name}=theirs; path=/"]);
            return Task.CompletedTask;
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        var first = (await caller.GetAsync($"{api}/x")).Header("Set-Cookie");

        Assert.Equal(passes, first!.Contains("__cf_bm=1", StringComparison.Ordinal));
        Assert.Equal(passes, first.Contains("theirs", StringComparison.Ordinal));
        if (!passes)
            Assert.Null((await caller.SendAsync(HttpMethod.Get, $"{api}/x", body: null, ("Cookie", first.Split(';')[0]))).Header("Set-Cookie"));
    }

    [Fact]
    public async Task Cookie_of_a_pool_means_nothing_to_another_pool()
    {
        var pools = PoolsText.Write(
            pools: ["a", "b"],
            affinity: """ "sessionAffinity": { "sessionId": { "source": "cookie" } } """);
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        await using var gateway = await Nodes.StartGatewayAsync(east.Url, west.Url, ("Gateway:PoolsFile", pools));
        using var caller = new Caller(gateway.Url);
        var cookie = (await SayAsync(caller, "Hi", api: "a")).Header("Set-Cookie")!.Split(';')[0];

        Assert.StartsWith(Name, cookie, StringComparison.Ordinal);
        Assert.Equal("pinned", (await SayAsync(caller, "Hi", cookie: cookie, api: "a")).Header("x-session-affinity"));
        Assert.Equal("new", (await SayAsync(caller, "Hi", cookie: cookie, api: "b")).Header("x-session-affinity"));
    }

    [Fact]
    public async Task Cookie_outlives_a_restart_and_works_at_another_replica_with_the_same_keys()
    {
        var keys = Scratch.Folder("keys");
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        var setting = ("Gateway:CookieKeysDirectory", keys);
        await using var first = await Nodes.StartGatewayAsync(east.Url, west.Url, setting);
        await using var second = await Nodes.StartGatewayAsync(east.Url, west.Url, setting);
        await using var stranger = await Nodes.StartGatewayAsync(east.Url, west.Url, ("Gateway:CookieKeysDirectory", Scratch.Folder("keys")));
        using var atFirst = new Caller(first.Url);
        using var atSecond = new Caller(second.Url);
        using var atStranger = new Caller(stranger.Url);
        var cookie = (await SayAsync(atFirst, "Hi")).Header("Set-Cookie")!.Split(';')[0];

        Assert.Equal("pinned", (await SayAsync(atSecond, "Hi", cookie: cookie)).Header("x-session-affinity"));
        Assert.Equal("new", (await SayAsync(atStranger, "Hi", cookie: cookie)).Header("x-session-affinity"));
    }

    [Fact]
    public async Task Own_cookie_is_found_among_others_of_its_name()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url);
        var cookie = (await SayAsync(caller, "Hi")).Header("Set-Cookie")!.Split(';')[0];

        Assert.Equal("pinned", (await SayAsync(caller, "Hi", cookie: $"{Name}=theirs; {cookie}; {Name}=another")).Header("x-session-affinity"));
    }

    [Fact]
    public async Task Path_of_the_cookie_is_spelt_as_the_caller_spells_the_api()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url, cookies: true);

        Assert.Equal("new", (await SayAsync(caller, "Hi", api: "Cookie-Affinity")).Header("x-session-affinity"));
        Assert.Equal("pinned", (await SayAsync(caller, "Hi", api: "Cookie-Affinity")).Header("x-session-affinity"));
    }

    [Theory]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(400, true)]
    [InlineData(200, true)]
    public async Task Session_does_not_begin_at_a_backend_that_is_failing(int status, bool begins)
    {
        await using var backend = await Nodes.StartBackendAsync(context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await using var gateway = await Nodes.StartGatewayAsync(backend.Url, backend.Url);
        using var caller = new Caller(gateway.Url);

        var answer = await caller.GetAsync("cookie-affinity/x");

        Assert.Equal(status, answer.Status);
        Assert.Equal((begins, begins ? "new" : "none"), (answer.Header("Set-Cookie") is not null, answer.Header("x-session-affinity")));
    }

    [Fact]
    public async Task Keys_that_cannot_be_kept_stop_the_start()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", ("Gateway:CookieKeysDirectory", "/dev/null/keys")));

        Assert.Contains("Gateway__CookieKeysDirectory", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_pool_neither_sets_nor_reads_a_cookie()
    {
        await using var world = await World.StartAsync();
        using var caller = new Caller(world.Gateway.Url);

        var answers = new List<Answer>();
        for (var turn = 0; turn < 4; turn++)
            answers.Add(await SayAsync(caller, "Hi", api: "no-affinity"));

        Assert.Equal(["eastus2", "westus", "eastus2", "westus"], answers.Select(answer => answer.Header("x-backend-id")));
        Assert.Equal(["eastus2", "westus", "eastus2", "westus"], answers.Select(answer => answer.Header("x-backend-region")));
        Assert.All(answers, answer => Assert.Equal(("none", "none", null), (answer.Header("x-session-affinity"), answer.Header("x-session-key"), answer.Header("Set-Cookie"))));
    }

    private static Task<Answer> SayAsync(Caller caller, string input, string? previous = null, string? cookie = null, string api = "cookie-affinity") => caller.SendAsync(
        HttpMethod.Post,
        $"{api}/openai/v1/responses",
        new { model = "gpt-4o-mini", input, previous_response_id = previous },
        cookie is null ? [] : [("Cookie", cookie)]);
}
