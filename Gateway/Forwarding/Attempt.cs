using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Observation;
using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.Forwarding;

/// <summary>One sending of a request to one backend.</summary>
/// <param name="backend">Where it goes.</param>
/// <param name="affinity">What became of the session.</param>
/// <param name="number">1, or more where the request may have been executed before.</param>
public sealed class Attempt(BackendModel backend, AffinityOutcome affinity, int number = 1)
{
    /// <summary>Where it goes.</summary>
    public BackendModel Backend { get; } = backend;

    /// <summary>What became of the session.</summary>
    public AffinityOutcome Affinity { get; } = affinity;

    /// <summary>1, or more where the request may have been executed before.</summary>
    public int Number { get; } = number;

    /// <summary>The gateway's token by which it is signed; null where it is not.</summary>
    public string? Token { get; init; }

    /// <summary>Whether it is sent again by another token where the backend refuses this one.</summary>
    public bool RenewsToken { get; init; }

    /// <summary>Whether its answer was withheld because it refuses the token.</summary>
    public bool IsTokenRefused { get; private set; }

    /// <summary>What came of it; null while that is open, and where the client hung up first.</summary>
    public AttemptOutcome? Outcome { get; private set; }

    /// <summary>Whether its answer was withheld from the caller, so that another attempt follows.</summary>
    public bool IsWithheld { get; set; }

    /// <summary>Whether it was withheld because the backend does not know what it should.</summary>
    public bool IsLost { get; set; }

    /// <summary>Who sees a response's events, and can end them where they break off; null elsewhere.</summary>
    internal SessionObserver? Observer { get; set; }

    /// <summary>Whether the answer carries a new affinity cookie.</summary>
    public bool BeginsSession { get; set; }

    /// <summary>Whether the backend's whole answer went out, whatever became of the rest of the request's body.</summary>
    public bool AnswerIsWhole { get; set; }

    /// <summary>The event-aligned body of a streamed answer, if the answer is one.</summary>
    public EventAlignedStream? EventStream { get; set; }

    /// <summary>The stream has broken off in its middle.</summary>
    /// <returns>Whether the gateway ends it in the API's words; else its connection is cut.</returns>
    public bool BreakOff()
    {
        if (EventStream is null || Observer is not { IsOpen: true })
            return false;
        Conclude(new(StatusCodes.Status502BadGateway, AttemptOutcome.ConnectionFailure));
        return true;
    }

    /// <summary>The backend refuses the token, and has executed nothing: its circuit breaker hears of what comes of the next one.</summary>
    public void RefuseToken() => (Outcome, IsTokenRefused, IsWithheld) = (new(StatusCodes.Status401Unauthorized), true, true);

    /// <summary>Tells the backend's circuit breaker, once: the first that is known counts.</summary>
    public void Conclude(AttemptOutcome outcome)
    {
        if (Outcome is not null)
            return;
        Outcome = outcome;
        Backend.State.Breaker.Record(outcome);
    }
}
