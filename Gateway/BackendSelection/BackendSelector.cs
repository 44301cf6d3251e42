using System.Collections.Concurrent;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.BackendSelection;

/// <summary>Selects the backend of a request: the session's own where there is one in the pool, else the next in turn.</summary>
public sealed class BackendSelector
{
    private readonly ConcurrentDictionary<string, RoundRobin> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Selects out of <paramref name="pool"/>.</summary>
    public Selection Select(PoolModel pool, SessionKey key)
    {
        if (key.Backend is { } name && pool.Backends.FirstOrDefault(backend => backend.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } pinned)
            return new(pinned, AffinityOutcome.Pinned);

        var backend = pool.Backends[_turns.GetOrAdd(pool.Name, _ => new RoundRobin()).Next(pool.Backends.Count)];
        return new(backend, pool.AffinityCookie is null ? AffinityOutcome.None : AffinityOutcome.New);
    }
}
