using SessionAware.Gateway.SessionKeys;
using SessionAware.Tests.SessionStores;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>What was deleted or erased stays so, whatever is still under way; and only what was is forgotten.</summary>
public sealed class Forgotten_sessions
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Deleted_response_does_not_come_back_by_an_answer_that_was_under_way(bool isElsewhere)
    {
        await using var world = await ScriptedWorld.StartAsync();
        var id = await world.MakeAsync();
        var (gate, arrived) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var reader = IdWorld.Call(isElsewhere ? await world.StartReplicaAsync() : world.Gateway, "pool");
        world.Region.Next(ScriptedWorld.Json(ScriptedWorld.Response(id), gate: gate.Task, arrived: arrived));
        var read = reader.GetAsync($"openai/v1/responses/{id}");
        await arrived.Task;
        world.Region.Next(ScriptedWorld.Deleted(id));
        Assert.Equal(200, (await world.Caller.DeleteAsync($"responses/{id}")).Status);

        gate.SetResult();
        Assert.Equal(200, (await read).Status);

        await AssertForgottenAsync(world, id);
    }

    [Fact]
    public async Task Deleted_response_does_not_come_back_by_its_own_stream()
    {
        await using var world = await ScriptedWorld.StartAsync();
        await using var stream = await StreamAsync(world);
        world.Region.Next(ScriptedWorld.Deleted(stream.Id));
        Assert.Equal(200, (await world.Caller.DeleteAsync($"responses/{stream.Id}")).Status);

        await stream.EndAsync();

        await AssertForgottenAsync(world, stream.Id);
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("session")]
    public async Task Erased_turn_does_not_come_back_by_its_own_stream(string what)
    {
        await using var world = await ScriptedWorld.StartAsync();
        await using var stream = await StreamAsync(world);
        await Eventually.IsAsync(async () => await world.ReadAsync(stream.Id) is not null);
        Assert.Equal(200, (await world.Admin.SendAsync(HttpMethod.Delete, what == "owner" ? "admin/owners?anonymous=true" : $"admin/sessions/{stream.Id}")).Status);

        await stream.EndAsync();

        await AssertForgottenAsync(world, stream.Id);
        // Nobody is kept from beginning anew.
        Assert.NotNull(await world.ReadAsync(await world.MakeAsync()));
    }

    [Fact]
    public async Task Erased_turn_does_not_come_back_by_a_write_that_waited()
    {
        await using var world = await OutageWorld.StartAsync();
        string id;
        Task<Answer> erasure;
        using (world.Lock())
        {
            id = (await world.Caller.SayAsync("Hi")).Id;
            erasure = world.Admin.SendAsync(HttpMethod.Delete, "admin/owners?anonymous=true");
            await Eventually.IsAsync(async () => (await world.Caller.GetAsync($"openai/v1/responses/{id}")).Status == 404);
        }

        Assert.Equal(200, (await erasure).Status);
        await Eventually.IsAsync(async () => (await world.BacklogAsync()).Waiting == 0);
        Assert.False(await world.IsDurableAsync(id));
    }

    [Fact]
    public async Task Response_that_is_only_read_is_known_but_not_recorded()
    {
        await using var world = await ScriptedWorld.StartAsync("\"unknown\": \"forward\"");
        var id = SessionIds.NewResponse();

        for (var read = 0; read < 2; read++)
        {
            world.Region.Next(ScriptedWorld.Json(ScriptedWorld.Response(id)));
            Assert.Equal(200, (await world.Caller.GetAsync($"openai/v1/responses/{id}")).Status);
        }

        Assert.Null(await world.ReadAsync(id));
        Assert.NotNull(await world.Store.FindAsync(SessionId.Response(id), owner: "", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Deletion_at_a_wrong_address_forgets_nothing()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");

        var wrong = await caller.SendAsync(HttpMethod.Delete, $"openai/responses/{first.Id}");

        Assert.Equal((404, "Resource not found"), (wrong.Status, wrong.Json["error"]!["message"]!.GetValue<string>()));
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{first.Id}")).Status);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_its_region_does_not_have_any_more_is_forgotten()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("Hi");
        using var region = new Caller((first.Header("x-backend-id") == "eastus2" ? world.EastUs2 : world.WestUs).Url);
        Assert.Equal(200, (await region.DeleteAsync($"responses/{first.Id}")).Status);

        var deleted = await caller.DeleteAsync($"responses/{first.Id}");

        Assert.Equal((404, first.Header("x-backend-id")), (deleted.Status, deleted.Header("x-backend-id")));
        Assert.Contains(first.Id, deleted.Text, StringComparison.Ordinal);
        Assert.Null((await caller.GetAsync($"openai/v1/responses/{first.Id}")).Header("x-backend-id"));
    }

    private static async Task AssertForgottenAsync(ScriptedWorld world, string id)
    {
        Assert.Null(await world.ReadAsync(id));
        var asked = world.Region.Requests;
        Assert.Equal(404, (await world.Caller.GetAsync($"openai/v1/responses/{id}")).Status);
        Assert.Equal(400, (await world.Caller.SayAsync("Who am I?", id)).Status);
        Assert.Equal(asked, world.Region.Requests);
    }

    private static async Task<RunningStream> StreamAsync(ScriptedWorld world)
    {
        var (id, gate) = (SessionIds.NewResponse(), new TaskCompletionSource());
        world.Region.Next(ScriptedWorld.Stream(id, gate.Task));
        return new(id, gate, await LiveEvents.CreateAsync($"{world.Gateway.Url}/pool", """{"model":"m","input":"My name is Ada.","stream":true}"""));
    }

    private sealed record RunningStream(string Id, TaskCompletionSource Gate, LiveEvents Events) : IAsyncDisposable
    {
        public Task<string> EndAsync()
        {
            Gate.SetResult();
            return Events.ReadAllAsync();
        }

        public ValueTask DisposeAsync() => Events.DisposeAsync();
    }
}
