using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// The ids made and asked for lately, in front of the store: bounded, the first in go first. What is looked up stays where it is in that order: a chain's next
/// turn names another id, and a conversation's keeps it anew. Each is kept under its owner's name, so that asking for another's finds nothing, and takes no longer
/// than asking for what never was. When half of the room is filled anew, the older half goes as a whole: to make room one by one is to look for what nobody has
/// touched for long, and to write all over the heap, which the garbage collector has to look at again each time.
/// </summary>
public sealed class PinCache(IOptions<SessionsOptions> options, TimeProvider time)
{
    private readonly Lock _lock = new();

    // What was kept anew since is in both.
    private Dictionary<(SessionId Id, string Owner), Pin> _newer = [], _older = [];

    /// <summary>How many are there; one that was kept anew may count twice.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _newer.Count + _older.Count;
        }
    }

    /// <summary>What was forgotten lately: it is not kept again by what was under way.</summary>
    public ForgottenIds Forgotten { get; } = new();

    /// <summary>The pin of <paramref name="id"/>, where it is <paramref name="owner"/>'s.</summary>
    public bool TryGet(SessionId id, string owner, [NotNullWhen(true)] out Pin? pin)
    {
        lock (_lock)
            return (_newer.TryGetValue((id, owner), out pin) || _older.TryGetValue((id, owner), out pin)) && pin.ExpiresAt > time.GetUtcNow();
    }

    /// <summary>Keeps <paramref name="pin"/>, unless it has been forgotten since <paramref name="since"/>.</summary>
    public void Keep(Pin pin, long since)
    {
        lock (_lock)
        {
            if (_newer.Count >= options.Value.CachedIds / 2)
            {
                (_newer, _older) = (_older, _newer);
                _newer.Clear();
            }

            _newer[(pin.Id, pin.Owner)] = pin;
        }

        // Afterwards: whoever forgets it meanwhile says so before looking for it here.
        if (Forgotten.Has(pin, since))
            Remove(pin.Id, pin.Owner);
    }

    /// <summary>Forgets what <paramref name="write"/> does. Attempts are in no memory, and would take the place of what is to be kept in mind.</summary>
    public void Forget(SessionWrite write)
    {
        foreach (var id in write.Forgotten ?? [])
        {
            if (id.Kind == SessionKeyKind.Attempt)
                continue;
            Forgotten.Add(id, write.ForgottenBy);
            Remove(id, write.ForgottenBy);
        }
    }

    /// <summary>Forgets all of a session, or all that an owner has.</summary>
    public void Forget(Erasure erasure)
    {
        if (erasure.Session is { } session)
        {
            Forgotten.AddSession(session);
            Forget(pin => pin.Session == session);
        }
        else
        {
            Forgotten.AddOwner(erasure.Owner!);
            Forget(pin => pin.Owner == erasure.Owner);
        }
    }

    private void Forget(Func<Pin, bool> isForgotten)
    {
        lock (_lock)
        {
            foreach (var pins in new[] { _newer, _older })
            {
                foreach (var (key, pin) in pins)
                {
                    if (isForgotten(pin))
                        pins.Remove(key);
                }
            }
        }
    }

    private void Remove(SessionId id, string owner)
    {
        lock (_lock)
        {
            _newer.Remove((id, owner));
            _older.Remove((id, owner));
        }
    }
}
