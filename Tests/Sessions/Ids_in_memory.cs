using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Tests.Sessions;

/// <summary>The ids that a process keeps in mind, so that it need not ask the store: bounded, and gone at once where they are to be forgotten.</summary>
public sealed class Ids_in_memory
{
    private const int Room = 16;

    private readonly PinCache _cache = new(Options.Create(new SessionsOptions { CachedIds = Room }), TimeProvider.System);

    [Fact]
    public void They_are_bounded_and_the_first_in_go_first()
    {
        for (var id = 0; id < 10 * Room; id++)
        {
            Keep(id);
            Assert.InRange(_cache.Count, 1, Room);
            Assert.All(Enumerable.Range(0, Room / 2), back => Assert.Equal(back <= id, Knows(id - back)));
            Assert.False(Knows(id - Room));
        }
    }

    [Fact]
    public void One_that_is_kept_anew_again_and_again_stays()
    {
        for (var id = 1; id < 10 * Room; id++)
        {
            Keep(0);
            Keep(id);
            Assert.True(Knows(0));
        }
    }

    [Theory]
    [InlineData("an id")]
    [InlineData("a session")]
    [InlineData("an owner")]
    public void What_is_forgotten_is_forgotten_wherever_it_is(string what)
    {
        Keep(0);
        for (var id = 1; id <= Room / 2; id++)
            Keep(id);
        // Now it is there from before, and anew.
        Keep(0);

        if (what == "an id")
            _cache.Forget(new SessionWrite([], Forgotten: [IdOf(0)], ForgottenBy: "ada"));
        else
            _cache.Forget(what == "a session" ? new Erasure("session 0", null) : new Erasure(null, "ada"));

        Assert.False(Knows(0));
        Assert.Equal(what != "an owner", Knows(1));
    }

    private static SessionId IdOf(int number) => SessionId.Response($"resp_{number}");

    private void Keep(int number) => _cache.Keep(new(IdOf(number), "ada", "eastus2", $"session {number}", DateTimeOffset.MaxValue), _cache.Forgotten.Now);

    private bool Knows(int number) => _cache.TryGet(IdOf(number), "ada", out _);
}
