using System.Text.Json.Serialization;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Admin;

/// <summary>What goes on at one backend.</summary>
/// <param name="Id">Its name in <c>pools.json</c>.</param>
/// <param name="Region">Its region's short name.</param>
/// <param name="Url">Where it is.</param>
/// <param name="State"><c>available</c>, <c>tripped</c> or <c>drained</c>; a drained backend that is tripped, too, is <c>tripped</c>.</param>
/// <param name="Drained">Whether it takes no new sessions.</param>
/// <param name="InFlight">Requests that it has not answered to the end.</param>
/// <param name="Requests">Requests that were sent to it since the gateway knows it, retries included.</param>
/// <param name="Pools">The pools that have it.</param>
/// <param name="Sessions">Sessions whose state it holds, counted at most every other second; null where no pool has affinity by ids.</param>
/// <param name="CircuitBreaker">Its circuit breaker; null where it has no rule.</param>
internal sealed record BackendReport(
    string Id, string Region, string Url, string State, bool Drained, int InFlight, long Requests, IReadOnlyList<string> Pools, long? Sessions, BreakerReport? CircuitBreaker)
{
    public static BackendReport Of(BackendModel backend, PoolsModel model, IReadOnlyDictionary<string, long>? sessions, TimeProvider time)
    {
        var breaker = backend.State.Breaker.Describe();
        return new(
            backend.Name,
            backend.Region,
            backend.Address,
            breaker?.Trip is not null ? "tripped" : backend.State.IsDrained ? "drained" : "available",
            backend.State.IsDrained,
            backend.State.InFlight,
            backend.State.Requests,
            [.. model.Pools.Where(pool => pool.Backends.Contains(backend)).Select(pool => pool.Name)],
            sessions?.GetValueOrDefault(backend.Name),
            breaker is null ? null : BreakerReport.Of(breaker, time));
    }
}

/// <summary>A circuit breaker at this moment.</summary>
/// <param name="Rule">Its rule's name.</param>
/// <param name="RequestsInWindow">Outcomes within the rule's interval; they begin anew when it trips.</param>
/// <param name="FailuresInWindow">Those of them that were failures.</param>
/// <param name="Trips">How often it has tripped.</param>
/// <param name="TrippedAt">Since when it is tripped; null while requests may pass, as are the next three.</param>
/// <param name="ResetsAt">When it resets.</param>
/// <param name="ResetsInMs">How long that is from now, in milliseconds.</param>
/// <param name="Cause">What tripped it: an error reason, or a status.</param>
internal sealed record BreakerReport(
    string Rule, int RequestsInWindow, int FailuresInWindow, long Trips, DateTimeOffset? TrippedAt, DateTimeOffset? ResetsAt, long? ResetsInMs, string? Cause)
{
    public static BreakerReport Of(BreakerSnapshot breaker, TimeProvider time) => new(
        breaker.Rule.Name,
        breaker.Requests,
        breaker.Failures,
        breaker.Trips,
        breaker.Trip?.TrippedAt,
        breaker.Trip?.ResetsAt,
        breaker.Trip is { } trip ? (long)trip.Remaining(time).TotalMilliseconds : null,
        breaker.Trip is null ? null : breaker.Trip.Cause.Reason ?? $"{breaker.Trip.Cause.Status}");
}

/// <summary>All backends in the file's order.</summary>
internal sealed record BackendsReport(IReadOnlyList<BackendReport> Backends)
{
    public static BackendsReport Of(PoolsModel model, IReadOnlyDictionary<string, long>? sessions, TimeProvider time) =>
        new([.. model.Backends.Select(backend => BackendReport.Of(backend, model, sessions, time))]);
}

/// <summary>The administration's JSON: snake case as the API's own, nulls written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(BackendReport))]
[JsonSerializable(typeof(BackendsReport))]
[JsonSerializable(typeof(PoolsReport))]
[JsonSerializable(typeof(SessionsReport))]
[JsonSerializable(typeof(SessionReport))]
[JsonSerializable(typeof(ErasureReport))]
[JsonSerializable(typeof(StoreReport))]
internal sealed partial class AdminJson : JsonSerializerContext;
