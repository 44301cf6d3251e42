using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>The ids used lately, in front of the store: bounded, the least recently used goes first.</summary>
public sealed class PinCache(IOptions<SessionsOptions> options, TimeProvider time)
{
    private readonly ConcurrentLru<SessionId, Pin> _pins = new(options.Value.CachedIds);

    /// <summary>How many are there.</summary>
    public int Count => _pins.Count;

    /// <summary>The pin of <paramref name="id"/>, whoever owns it.</summary>
    public bool TryGet(SessionId id, [NotNullWhen(true)] out Pin? pin) => _pins.TryGet(id, out pin) && pin.ExpiresAt > time.GetUtcNow();

    /// <summary>Keeps <paramref name="pin"/>.</summary>
    public void Keep(Pin pin) => _pins.AddOrUpdate(pin.Id, pin);

    /// <summary>Forgets one id.</summary>
    public void Forget(SessionId id) => _pins.TryRemove(id);

    /// <summary>Forgets all that <paramref name="isForgotten"/>.</summary>
    public void Forget(Func<Pin, bool> isForgotten)
    {
        foreach (var (id, pin) in _pins)
        {
            if (isForgotten(pin))
                _pins.TryRemove(id);
        }
    }
}
