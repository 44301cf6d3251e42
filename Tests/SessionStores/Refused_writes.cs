using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SessionStores;

/// <summary>Whatever a store does with a write: the answer goes out, no write stands in another's way, and what is lost is counted.</summary>
public sealed class Refused_writes
{
    private readonly WatchedTime _time = new();
    private readonly OwnStore _store = new();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Writes_that_never_succeed_are_set_aside_and_counted_as_lost(int hopeless)
    {
        await using var world = await StartAsync();
        var refused = new HashSet<string>();
        _store.Failure = write => refused.Count < hopeless && refused.Add(write.Turn!.ResponseId) || refused.Contains(write.Turn!.ResponseId) ? Task.FromException(Refusal()) : null;

        List<string> made = [];
        for (var turn = 0; turn < hopeless + 4; turn++)
            made.Add(await world.MakeAsync());

        await AssertEventuallyAsync(world, (0, hopeless));
        Assert.Equal(made.Skip(hopeless).Order(), _store.Responses.Order());
    }

    [Theory]
    [InlineData("as a store does")]
    [InlineData("at once")]
    [InlineData("later")]
    [InlineData("as if it took too long")]
    public async Task However_a_store_fails_its_answers_go_out_and_their_turns_wait_until_it_works(string how)
    {
        await using var world = await StartAsync();
        _store.Failure = _ => how switch
        {
            "as a store does" => Task.FromException(Refusal()),
            "at once" => throw new InvalidOperationException("A bug."),
            "later" => Task.FromException(new InvalidOperationException("A bug.")),
            _ => Task.FromException(new TimeoutException("A limit of its own.")),
        };

        List<string> made = [await world.MakeAsync(), await world.MakeAsync()];
        // Some attempts that fail, too.
        for (var attempt = 0; attempt < 3; attempt++)
            await PassARetryAsync(world);
        Assert.Equal((2, 0), await world.BacklogAsync());
        _store.Failure = null;
        made.Add(await world.MakeAsync());

        await AssertEventuallyAsync(world, (0, 0));
        Assert.Equal(made.Order(), _store.Responses.Order());
    }

    private static SessionStoreException Refusal() => new("It is refused.", new IOException("No."));

    private Task<ScriptedWorld> StartAsync() =>
        ScriptedWorld.StartAsync(services: services => services.AddSingleton<ISessionStore>(_store).AddSingleton<TimeProvider>(_time));

    private async Task PassARetryAsync(ScriptedWorld world)
    {
        var failure = _store.Failure!;
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _store.Failure = write =>
        {
            asked.TrySetResult();
            return failure(write);
        };
        await Eventually.IsAsync(async () =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return asked.Task.IsCompleted && (await world.BacklogAsync()).Waiting > 0;
        });
        _store.Failure = failure;
    }

    private Task AssertEventuallyAsync(ScriptedWorld world, (int Waiting, long Lost) expected) => Eventually.IsAsync(async () =>
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        return await world.BacklogAsync() == expected;
    });
}
