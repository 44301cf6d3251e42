using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Credentials;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.BackendSelection;

/// <summary>
/// Selects the backend of a request: the session's own where there is one in the pool, else the next in turn of the first priority that has a member
/// that is neither tripped nor drained.
/// </summary>
public sealed class BackendSelector(TimeProvider time)
{
    /// <summary>Selects out of <paramref name="pool"/>.</summary>
    /// <param name="pool">The pool of the request's API.</param>
    /// <param name="key">What the request tells of its session.</param>
    /// <param name="tried">Backends that have refused this request; they are asked again only where their priority has no other.</param>
    /// <param name="hasToken">Whether backends can be asked that take the gateway's token alone.</param>
    public Selection Select(PoolModel pool, SessionKey key, IReadOnlyCollection<BackendModel> tried, bool hasToken = true)
    {
        var affinity = pool.AffinityCookie is null && pool.Ids is null ? AffinityOutcome.None : AffinityOutcome.New;
        if (PinnedBackend(pool, key) is { } pinned)
        {
            // A drained backend keeps the sessions that it has.
            if (pinned.State.Breaker.Trip is not { } trip)
                return new(pinned, AffinityOutcome.Pinned);
            if (pool.OnUnavailable == UnavailablePolicy.Fail && !IsHint(pool, key))
                return new(pinned, AffinityOutcome.Pinned, GatewayErrors.SessionUnavailable(pinned, trip, trip.Remaining(time)), trip);
            affinity = AffinityOutcome.Moved;
        }

        else if (pool.Ids is not null && key.Backend is { } gone && !IsHint(pool, key))
        {
            // Nobody else knows what the request names.
            return new(Backend: null, AffinityOutcome.None, GatewayErrors.SessionHomeless(gone, pool));
        }

        bool MayServe(BackendModel backend) => backend.State.IsEligible && (hasToken || backend.Signing != BackendSigning.Token);
        foreach (var group in pool.Groups)
        {
            if (group.Next(backend => MayServe(backend) && !tried.Contains(backend)) is { } untried)
                return new(untried, affinity);
            if (tried.Count > 0 && group.Next(MayServe) is { } again)
                return new(again, affinity);
        }

        return new(Backend: null, AffinityOutcome.None, GatewayErrors.PoolUnavailable(pool, EarliestReset(pool)));
    }

    /// <summary>Selects a backend that <paramref name="mayServe"/> out of <paramref name="pool"/>, whatever its state; null where none may.</summary>
    public static BackendModel? Select(PoolModel pool, Func<BackendModel, bool> mayServe) =>
        pool.Groups.Select(group => group.Next(mayServe)).FirstOrDefault(backend => backend is not null);

    /// <summary>Where ids tell what must stay, header and cookie only tell what may: a backend that cannot serve is no reason to refuse.</summary>
    private static bool IsHint(PoolModel pool, SessionKey key) => pool.Ids is not null && key.IsHint;

    private static BackendModel? PinnedBackend(PoolModel pool, SessionKey key) =>
        key.Backend is { } name ? pool.Backends.FirstOrDefault(backend => backend.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) : null;

    /// <summary>When the first tripped backend may serve again; null where drained ones alone are left.</summary>
    private TimeSpan? EarliestReset(PoolModel pool)
    {
        var undrained = pool.Backends.Where(backend => !backend.State.IsDrained).ToList();
        // A trip that has ended since the selection leaves no time to wait.
        return undrained.Count == 0 ? null : undrained.Min(backend => backend.State.Breaker.Trip?.Remaining(time) ?? TimeSpan.Zero);
    }
}
