using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>What has just been streamed is not found for a while, as was seen of the service.</summary>
public sealed class Fault_visibility_lag
{
    [Fact]
    public async Task Streamed_response_is_found_only_after_the_lag()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "visibility_lag", lag_ms = 7000 });
        var id = await StreamedAsync(caller);

        time.Advance(TimeSpan.FromMilliseconds(6999));
        Assert.Equal(404, (await caller.GetAsync($"openai/v1/responses/{id}")).Status);
        Assert.Equal(404, (await caller.SendAsync(HttpMethod.Delete, $"openai/v1/responses/{id}")).Status);
        var refused = await caller.SayAsync("Who am I?", id);
        Assert.Equal(400, refused.Status);
        Golden.AssertSame(
            """{"error":{"message":"Previous response with id 'resp_ID' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}""",
            refused.Text);

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{id}")).Status);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", id)).OutputText, StringComparison.Ordinal);
        var record = (await caller.GetAsync($"_emulator/ids/{id}")).Json;
        Assert.True(record["minted_here"]!.GetValue<bool>());
        Assert.Equal((2, 3), (record["hits"]!.GetValue<int>(), record["misses"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Response_without_a_stream_is_found_at_once()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "visibility_lag", lag_ms = 60_000 });

        var told = await caller.SayAsync("My name is Ada.");

        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{told.Id}")).Status);
        Assert.Equal(200, (await caller.SayAsync("Who am I?", told.Id)).Status);
    }

    private static async Task<string> StreamedAsync(Caller caller)
    {
        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", stream = true });
        return Events.Parse(answer.Text)[^1].Data["response"]!["id"]!.GetValue<string>();
    }
}
