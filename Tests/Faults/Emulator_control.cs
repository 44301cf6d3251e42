using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>The calls of <c>/_emulator</c>: orders and their refusal, lifting, resetting, the summary of state, the ledger of ids.</summary>
public sealed class Emulator_control
{
    [Fact]
    public async Task Orders_are_repeated_with_id_and_hits_and_listed()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url, apiKey: null);

        var lag = await caller.SendAsync(HttpMethod.Post, "_emulator/faults", """{"kind":"visibility_lag","lag_ms":7000,"match":{"stream":true}}""");
        var queued = await caller.SendAsync(HttpMethod.Post, "_emulator/queue", """{"faults":[{"kind":"pass"}]}""");

        const string Lag = """{"id":"fault_1","kind":"visibility_lag","lose_state":false,"close_connection":false,"in_stream":false,"after_events":0,"lag_ms":7000,"share":1,"match":{"stream":true},"hits":0}""";
        const string Pass = """{"id":"fault_2","kind":"pass","lose_state":false,"close_connection":false,"in_stream":false,"after_events":0,"share":1,"hits":0}""";
        Golden.AssertSame(Lag, lag.Text);
        Golden.AssertSame($"[{Pass}]", queued.Text);
        Golden.AssertSame($$"""{"in_force":[{{Lag}}],"queue":[{{Pass}}]}""", (await caller.GetAsync("_emulator/faults")).Text);
    }

    [Theory]
    [InlineData("""{"kind":"flood"}""", "kind", "invalid_value")]
    [InlineData("{}", "kind", "missing_required_parameter")]
    [InlineData("""{"kind":7}""", "kind", "invalid_type")]
    [InlineData("""{"kind":"pass"}""", "kind", "invalid_value")]
    [InlineData("""{"kind":"outage","lag_ms":1}""", "lag_ms", "unknown_parameter")]
    [InlineData("""{"kind":"throttle","status":503}""", "status", "unknown_parameter")]
    [InlineData("""{"kind":"cut","jitter":1}""", "jitter", "unknown_parameter")]
    [InlineData("""{"kind":"hang","in_stream":true}""", "in_stream", "unknown_parameter")]
    [InlineData("""{"kind":"latency","after_events":1}""", "after_events", "unknown_parameter")]
    [InlineData("""{"kind":"error","after_events":3}""", "in_stream", "missing_required_parameter")]
    [InlineData("""{"kind":"throttle","in_stream":false,"after_events":3}""", "in_stream", "missing_required_parameter")]
    [InlineData("""{"kind":"outage","close_connection":true,"status":503}""", null, "mutually_exclusive_parameters")]
    [InlineData("""{"kind":"outage","close_connection":true,"retry_after_ms":1}""", null, "mutually_exclusive_parameters")]
    [InlineData("""{"kind":"latency"}""", "first_token_ms", "missing_required_parameter")]
    [InlineData("""{"kind":"latency","jitter":0.5}""", "first_token_ms", "missing_required_parameter")]
    [InlineData("""{"kind":"latency","first_token_ms":5,"jitter":1.5}""", "jitter", "decimal_above_max_value")]
    [InlineData("""{"kind":"latency","first_token_ms":3600001}""", "first_token_ms", "integer_above_max_value")]
    [InlineData("""{"kind":"latency","tokens_per_second":-1}""", "tokens_per_second", "decimal_below_min_value")]
    [InlineData("""{"kind":"visibility_lag"}""", "lag_ms", "missing_required_parameter")]
    [InlineData("""{"kind":"visibility_lag","lag_ms":0}""", "lag_ms", "integer_below_min_value")]
    [InlineData("""{"kind":"error","status":200}""", "status", "integer_below_min_value")]
    [InlineData("""{"kind":"error","status":600}""", "status", "integer_above_max_value")]
    [InlineData("""{"kind":"throttle","retry_after_ms":86400001}""", "retry_after_ms", "integer_above_max_value")]
    [InlineData("""{"kind":"cut","after_events":-1}""", "after_events", "integer_below_min_value")]
    [InlineData("""{"kind":"outage","share":2}""", "share", "decimal_above_max_value")]
    [InlineData("""{"kind":"outage","count":0}""", "count", "integer_below_min_value")]
    [InlineData("""{"kind":"outage","match":{"header":"x"}}""", "match.header", "unknown_parameter")]
    [InlineData("""{"kind":"outage","match":[]}""", "match", "invalid_type")]
    [InlineData("""{"kind":"outage","match":{"stream":"yes"}}""", "match.stream", "invalid_type")]
    [InlineData("""{"kind":"outage",}""", null, "invalid_json")]
    public async Task Faulty_order_is_refused_naming_the_field(string order, string? param, string code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var told = await caller.SayAsync("My name is Ada.");

        var refused = await caller.SendAsync(HttpMethod.Post, "_emulator/faults", order);

        Assert.Equal(400, refused.Status);
        Assert.Equal(param, refused.Json["error"]!["param"]?.GetValue<string>());
        Assert.Equal(code, refused.Json["error"]!["code"]!.GetValue<string>());
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
    }

    [Theory]
    [InlineData("{}", "faults", "missing_required_parameter")]
    [InlineData("""{"faults":{"kind":"pass"}}""", "faults", "invalid_type")]
    [InlineData("""{"faults":[{"kind":"pass"},7]}""", "faults[1]", "invalid_type")]
    [InlineData("""{"faults":[{"kind":"pass"},{"kind":"flood"}]}""", "faults[1].kind", "invalid_value")]
    [InlineData("""{"faults":[{"kind":"error","share":0.5}]}""", "faults[0].share", "unknown_parameter")]
    [InlineData("""{"faults":[{"kind":"error","count":2}]}""", "faults[0].count", "unknown_parameter")]
    [InlineData("""{"faults":[],"order":1}""", "order", "unknown_parameter")]
    public async Task Faulty_queue_is_refused_whole_naming_the_field(string order, string param, string code)
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        var refused = await caller.SendAsync(HttpMethod.Post, "_emulator/queue", order);

        Assert.Equal((400, param, code), (refused.Status, refused.Json["error"]!["param"]?.GetValue<string>(), refused.Json["error"]!["code"]!.GetValue<string>()));
        Assert.Empty((await caller.GetAsync("_emulator/faults")).Json["queue"]!.AsArray());
    }

    [Fact]
    public async Task Unknown_kind_is_told_which_there_are()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        Golden.AssertSame(
            """{"error":{"message":"Invalid value: 'flood'. Supported values are: 'outage', 'throttle', 'error', 'latency', 'cut', 'hang', and 'visibility_lag'.","type":"invalid_request_error","param":"kind","code":"invalid_value"}}""",
            (await caller.SendAsync(HttpMethod.Post, "_emulator/faults", """{"kind":"flood"}""")).Text);
    }

    [Fact]
    public async Task One_fault_is_lifted_by_its_id_in_force_or_queued()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var kept = await caller.OrderAsync(new { kind = "error", status = 502 });
        var lifted = await caller.OrderAsync(new { kind = "outage" });
        await caller.QueueAsync(new { kind = "throttle" });

        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Delete, $"_emulator/faults/{lifted}")).Status);
        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Delete, "_emulator/faults/fault_3")).Status);

        Assert.Equal(502, (await caller.SayAsync("Hi")).Status);
        Assert.Equal(kept, Assert.Single((await caller.GetAsync("_emulator/faults")).Json["in_force"]!.AsArray())!["id"]!.GetValue<string>());
        var again = await caller.SendAsync(HttpMethod.Delete, $"_emulator/faults/{lifted}");
        Assert.Equal(404, again.Status);
        Golden.AssertSame("""{"error":{"message":"There is no fault 'fault_2'. GET /_emulator/faults lists them.","type":"invalid_request_error","param":null,"code":null}}""", again.Text);
    }

    [Fact]
    public async Task Reset_makes_the_region_as_new()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        var asNew = await caller.GetAsync("_emulator");
        var told = await caller.SayAsync("My name is Ada.");
        await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", "{}");
        await caller.OrderAsync(new { kind = "outage" });
        await caller.QueueAsync(new { kind = "pass" });

        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Post, "_emulator/reset")).Status);

        Assert.Equal(asNew.Text, (await caller.GetAsync("_emulator")).Text);
        Assert.Empty(await caller.JournalAsync());
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
    }

    [Fact]
    public async Task Summary_tells_what_the_region_is_and_holds()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:Deployments:0:Name", "gpt-4o-mini"), new("Region:Deployments:1:Name", "chat")]);
        using var caller = new Caller(region.Url);
        var told = await caller.SayAsync("My name is Ada.");
        await caller.SayAsync("Who am I?", told.Id);
        await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations", "{}");

        var state = (await caller.GetAsync("_emulator")).Json;

        Assert.Equal("eastus2", state["region"]!.GetValue<string>());
        Assert.Equal("azure", state["flavor"]!.GetValue<string>());
        Assert.Equal(["gpt-4o-mini", "chat"], state["deployments"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal((2, 1), (state["responses"]!["count"]!.GetValue<int>(), state["conversations"]!["count"]!.GetValue<int>()));
        Assert.InRange(state["responses"]!["bytes"]!.GetValue<long>(), 4096, 20_000);
        Golden.AssertSame("""{"minted":3,"hits":1,"misses":0,"foreign":0}""", state["ids"]!.ToJsonString());
        Golden.AssertSame("""{"in_force":[],"queue":[]}""", state["faults"]!.ToJsonString());
    }

    [Fact]
    public async Task Ledger_tells_ids_made_found_gone_and_foreign()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var eastCaller = new Caller(east.Url);
        using var westCaller = new Caller(west.Url);
        var told = (await eastCaller.SayAsync("My name is Ada.")).Id;

        await eastCaller.GetAsync($"openai/v1/responses/{told}");
        await eastCaller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{told}");
        await eastCaller.SayAsync("Who am I?", told);
        await westCaller.SayAsync("Who am I?", told);

        Golden.AssertSame($$"""{"id":"{{told}}","minted_here":true,"hits":2,"misses":1}""", (await eastCaller.GetAsync($"_emulator/ids/{told}")).Text);
        Golden.AssertSame($$"""{"id":"{{told}}","minted_here":false,"hits":0,"misses":1}""", (await westCaller.GetAsync($"_emulator/ids/{told}")).Text);
        Golden.AssertSame(
            $$"""{"totals":{"minted":1,"hits":2,"misses":1,"foreign":0},"latest":[{"id":"{{told}}","minted_here":true,"hits":2,"misses":1}]}""", (await eastCaller.GetAsync("_emulator/ids")).Text);
        Golden.AssertSame("""{"minted":0,"hits":0,"misses":0,"foreign":1}""", (await westCaller.GetAsync("_emulator/ids")).Json["totals"]!.ToJsonString());
        Assert.Equal(404, (await westCaller.GetAsync("_emulator/ids/resp_never")).Status);
    }
}
