using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Forwarding;

/// <summary>All that the stages know of one request: the one feature that they share.</summary>
public sealed class RoutedRequest
{
    /// <summary>The request's id: the caller's <c>x-request-id</c>, or a new one.</summary>
    public required string RequestId { get; init; }

    /// <summary>The API, once its path matched.</summary>
    public ApiModel? Api { get; set; }

    /// <summary>The path that the backend gets.</summary>
    public PathString BackendPath { get; set; }

    /// <summary>① What told the session.</summary>
    public SessionKey SessionKey { get; set; } = SessionKey.None;

    /// <summary>① What an API with affinity by ids learned of the request; null elsewhere.</summary>
    internal SessionRequest? Session { get; set; }

    /// <summary>② Where the request goes, once that is decided; the latest selection where there were several attempts.</summary>
    public Selection? Selection { get; set; }

    /// <summary>③ The attempt under way.</summary>
    public Attempt? Attempt { get; set; }

    /// <summary>The request's body where it may have to be sent again and there is one.</summary>
    public ResendableStream? Body { get; set; }

    /// <summary>③ Where it goes, and what it does when that does not serve it; set before anything is sent.</summary>
    internal IRecourse Recourse { get; set; } = null!;

    /// <summary>Whether an answer of this outcome is withheld from the caller: never where the body could not be kept, for then nothing can follow.</summary>
    public bool Withholds(AttemptOutcome outcome) => Body?.CanRewind != false && Recourse.Withholds(outcome);

    /// <summary>How often the request may have been executed when the next attempt is.</summary>
    public int Sendings { get; set; } = 1;
}
