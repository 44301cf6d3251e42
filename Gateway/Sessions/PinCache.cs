using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// The ids used lately, in front of the store: bounded, the least recently used goes first. Each is kept under its owner's name, so that asking for another's
/// finds nothing, and takes no longer than asking for what never was: memory that is touched can be told by the time that it takes.
/// </summary>
public sealed class PinCache(IOptions<SessionsOptions> options, TimeProvider time)
{
    private readonly ConcurrentLru<(SessionId Id, string Owner), Pin> _pins = new(options.Value.CachedIds);

    /// <summary>How many are there.</summary>
    public int Count => _pins.Count;

    /// <summary>What was forgotten lately: it is not kept again by what was under way.</summary>
    public ForgottenIds Forgotten { get; } = new();

    /// <summary>The pin of <paramref name="id"/>, where it is <paramref name="owner"/>'s.</summary>
    public bool TryGet(SessionId id, string owner, [NotNullWhen(true)] out Pin? pin) => _pins.TryGet((id, owner), out pin) && pin.ExpiresAt > time.GetUtcNow();

    /// <summary>Keeps <paramref name="pin"/>, unless it has been forgotten since <paramref name="since"/>.</summary>
    public void Keep(Pin pin, long since)
    {
        _pins.AddOrUpdate((pin.Id, pin.Owner), pin);
        // Afterwards: whoever forgets it meanwhile says so before looking for it here.
        if (Forgotten.Has(pin, since))
            _pins.TryRemove((pin.Id, pin.Owner));
    }

    /// <summary>Forgets one id of <paramref name="owner"/>'s.</summary>
    public void Forget(SessionId id, string owner)
    {
        Forgotten.Add(id, owner);
        _pins.TryRemove((id, owner));
    }

    /// <summary>Forgets all of a session.</summary>
    public void ForgetSession(string session)
    {
        Forgotten.AddSession(session);
        Forget(pin => pin.Session == session);
    }

    /// <summary>Forgets all that an owner has.</summary>
    public void ForgetOwner(string owner)
    {
        Forgotten.AddOwner(owner);
        Forget(pin => pin.Owner == owner);
    }

    private void Forget(Func<Pin, bool> isForgotten)
    {
        foreach (var (key, pin) in _pins)
        {
            if (isForgotten(pin))
                _pins.TryRemove(key);
        }
    }
}
