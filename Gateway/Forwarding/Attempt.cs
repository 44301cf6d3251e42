using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Forwarding;

/// <summary>One sending of a request to one backend.</summary>
/// <param name="backend">Where it goes.</param>
/// <param name="affinity">What became of the session.</param>
/// <param name="retry">What may still be retried elsewhere; null: nothing, this answer is the caller's.</param>
public sealed class Attempt(BackendModel backend, AffinityOutcome affinity, RetryRule? retry)
{
    /// <summary>Where it goes.</summary>
    public BackendModel Backend { get; } = backend;

    /// <summary>What became of the session.</summary>
    public AffinityOutcome Affinity { get; } = affinity;

    /// <summary>What may still be retried elsewhere; null: nothing, this answer is the caller's.</summary>
    public RetryRule? Retry { get; } = retry;

    /// <summary>What came of it; null while that is open, and where the client hung up first.</summary>
    public AttemptOutcome? Outcome { get; private set; }

    /// <summary>Whether its answer was withheld from the caller, so that another attempt follows.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>Whether the answer carries a new affinity cookie.</summary>
    public bool BeginsSession { get; set; }

    /// <summary>Whether the backend's whole answer went out, whatever became of the rest of the request's body.</summary>
    public bool AnswerIsWhole { get; set; }

    /// <summary>The event-aligned body of a streamed answer, if the answer is one.</summary>
    public EventAlignedStream? EventStream { get; set; }

    /// <summary>Tells the backend's circuit breaker, once: the first that is known counts.</summary>
    public void Conclude(AttemptOutcome outcome)
    {
        if (Outcome is not null)
            return;
        Outcome = outcome;
        Backend.State.Breaker.Record(outcome);
    }
}
