using System.Text.Json.Nodes;

namespace SessionAware.ClientWorker.Faults;

/// <summary>Faults in the middle of a run: ordered after its second turn, so that the third meets them.</summary>
/// <param name="Owner">At the backend that owns the run's first conversation, as <c>/_emulator/faults</c> takes it.</param>
/// <param name="Others">At every other backend; null: nothing.</param>
/// <param name="End">When they are withdrawn.</param>
public sealed record FaultPlan(JsonObject Owner, JsonObject? Others, FaultEnd End)
{
    /// <summary>The last turn before the faults.</summary>
    public const int LastTurnBefore = 2;

    /// <summary>The turn that meets them.</summary>
    public const int Turn = LastTurnBefore + 1;

    /// <summary>Whether every second conversation of that backend is silent while the faults last, and goes on after them.</summary>
    public bool SomeAreSilent { get; init; }

    /// <summary>How long a circuit breaker that the fault trips keeps the backend out: what its refusals say in <c>Retry-After</c>.</summary>
    public TimeSpan RetryAfter => TimeSpan.FromMilliseconds(Owner["retry_after_ms"]?.GetValue<int>() ?? 0);

    /// <summary>The backend's region is out. Its state is lost, or it is kept.</summary>
    public static FaultPlan Outage(bool losesState, FaultEnd end) => new(
        new() { ["kind"] = "outage", ["lose_state"] = losesState, ["retry_after_ms"] = 1000 }, Others: null, end);

    /// <summary>Every request is answered 429 for a moment.</summary>
    public static FaultPlan Storm(TimeSpan retryAfter) => new(
        new() { ["kind"] = "throttle", ["retry_after_ms"] = (int)retryAfter.TotalMilliseconds }, Others: null, FaultEnd.OnceStruck);

    /// <summary>Streamed responses are not visible at once.</summary>
    public static FaultPlan VisibilityLag(TimeSpan atOwner, TimeSpan elsewhere) => new(LagOf(atOwner), LagOf(elsewhere), FaultEnd.AfterTheTurn);

    private static JsonObject LagOf(TimeSpan lag) => new() { ["kind"] = "visibility_lag", ["lag_ms"] = (int)lag.TotalMilliseconds };
}
