using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Responses in the background outlive the connection that asked for them: any replica must find them from their first byte on.</summary>
public sealed class Background_sessions
{
    private const string Streamed = """{"model":"gpt-4o-mini","input":"My name is Ada.","stream":true,"background":true}""";

    [Fact]
    public async Task First_event_of_a_foreground_stream_waits_for_nothing_and_that_of_the_background_for_the_store()
    {
        await using var world = await OutageWorld.StartAsync(settings: ("Gateway:Sessions:StoreTimeout", "00:00:30"));
        using var east = new Caller(world.EastUs2.Url);
        using var west = new Caller(world.WestUs.Url);
        Task<LiveEvents> background;
        using (world.Lock())
        {
            await using var foreground = await LiveEvents.CreateAsync($"{world.Gateway.Url}/session-aware", Streamed.Replace(",\"background\":true", "", StringComparison.Ordinal));
            background = LiveEvents.CreateAsync($"{world.Gateway.Url}/session-aware", Streamed);
            await Eventually.IsAsync(async () => await east.StoredAsync() + await west.StoredAsync() == 2);
            Assert.False(background.IsCompleted);
            Assert.False(await world.IsDurableAsync(foreground.Id));
        }

        await using var live = await background;
        Assert.True(await world.IsDurableAsync(live.Id));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Response_is_cancelled_through_another_replica_as_soon_as_its_id_is_seen(bool streams)
    {
        var pace = new HeldPace();
        pace.Hold();
        await using var world = await IdWorld.StartAsync(services: null, regionServices: services => services.AddSingleton<EventPace>(pace));
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());
        LiveEvents? live = null;
        string id;
        if (streams)
        {
            var began = LiveEvents.CreateAsync($"{world.Gateway.Url}/session-aware", Streamed);
            await pace.HoldAfterAsync("response.created");
            live = await began;
            id = live.Id;
        }
        else
        {
            id = (await here.BeginAsync("My name is Ada.")).Id;
        }

        Assert.Contains((await world.ReadTurnAsync(id))!.Status, new[] { "queued", "in_progress" });
        var cancelled = await there.CancelAsync(id);

        Assert.Equal((200, "cancelled", "response"), (cancelled.Status, Background.Status(cancelled), cancelled.Header("x-session-key")));
        Assert.Equal("cancelled", (await world.ReadTurnAsync(id))!.Status);
        if (live is not null)
            await live.DisposeAsync();
    }

    [Fact]
    public async Task Turn_is_completed_by_whichever_replica_sees_the_end()
    {
        await using var world = await IdWorld.StartAsync();
        using var here = IdWorld.Call(world.Gateway);
        using var there = IdWorld.Call(await world.StartReplicaAsync());

        var begun = await here.BeginAsync("My name is Ada.");
        var ended = await there.EndOfAsync(begun.Id);

        Assert.Equal("completed", Background.Status(ended));
        var turn = await world.ReadTurnAsync(begun.Id);
        Assert.Equal(("completed", begun.Header("x-backend-id")), (turn!.Status, turn.Backend));
        Assert.Equal("\"My name is Ada.\"", System.Text.Encoding.UTF8.GetString(turn.Input.Span));
        Assert.Equal(ended.Text, System.Text.Encoding.UTF8.GetString(turn.Answer.Span));
        Assert.Contains("Ada", (await here.SayAsync("Who am I?", begun.Id)).OutputText, StringComparison.Ordinal);
    }

    /// <summary>The region goes on without the connection: of a response whose end was made up, the record would never hear another.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_that_breaks_off_is_taken_up_again_and_its_turn_completed_and_replayed(bool resumes)
    {
        await using var world = await RetryWorld.StartAsync();
        var first = await world.BeginAsync();
        await world.StrikeAsync(new { kind = "cut", after_events = 4 });

        using var raw = await RawHttp.PostAsync($"{world.Api}/openai/v1/responses", RetryWorld.Turn(streams: true, first, RetryWorld.Background, "I live in Oslo.").ToJsonString());
        await raw.ReadHeadAsync();
        var seen = Events.Parse(string.Concat(await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken)));
        // What had not left by then is lost with the connection; nothing is put in its place.
        Assert.DoesNotContain(seen, item => item.Type is "error" or "response.failed");
        Assert.False(raw.EndedProperly);
        var turn = (await world.Admin.GetAsync($"admin/sessions/{first}")).Json["turns"]![1]!;
        Assert.Contains(turn["status"]!.GetValue<string>(), new[] { "queued", "in_progress" });
        var id = turn["response"]!.GetValue<string>();
        await Eventually.IsAsync(async () => (await world.Admin.GetAsync("admin/backends/eastus2")).Json["state"]!.GetValue<string>() == "available");
        if (resumes)
            Assert.Equal("response.completed", Events.Parse((await world.Caller.StreamAgainAsync(id, seen.Count == 0 ? "" : $"&starting_after={seen.Count - 1}")).Text)[^1].Type);
        else
            Assert.Equal("completed", Background.Status(await world.Caller.EndOfAsync(id)));

        await world.EastUs2.OrderAsync(new { kind = "outage" });
        var next = await world.Caller.SayAsync("Who am I?", id);
        var recorded = await world.Caller.RetrieveAsync(id);

        Assert.Equal((200, "westus", "replayed"), (next.Status, next.Header("x-backend-id"), next.Header("x-session-affinity")));
        Assert.Contains("Ada", next.OutputText, StringComparison.Ordinal);
        Assert.Equal(("record", "completed"), (recorded.Header("x-session-served-from"), Background.Status(recorded)));
    }

    [Fact]
    public async Task Web_socket_is_refused_where_keys_decide_and_passes_where_they_do_not()
    {
        await using var world = await IdWorld.StartAsync();

        using var raw = await RawHttp.SendAsync(
            world.Gateway.Url,
            $"GET /session-aware/openai/v1/responses HTTP/1.1\r\nHost: x\r\napi-key: {Nodes.ApiKey}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", await raw.ReadHeadAsync(), StringComparison.Ordinal);
        var body = JsonNode.Parse(string.Concat(await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken)))!;

        Assert.Equal("websocket_not_supported", body["error"]!["code"]!.GetValue<string>());
        await Assert.ThrowsAsync<WebSocketException>(() => SocketCaller.ConnectAsync($"{world.Gateway.Url}/session-aware"));
        using var plain = await SocketCaller.ConnectAsync($"{world.Gateway.Url}/cookie-affinity");
        var told = await plain.SayAsync("My name is Ada.");
        Assert.Contains("Ada", (await plain.SayAsync("Who am I?", told.Id)).OutputText, StringComparison.Ordinal);
    }
}
