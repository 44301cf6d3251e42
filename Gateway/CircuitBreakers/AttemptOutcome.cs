namespace SessionAware.Gateway.CircuitBreakers;

/// <summary>What came of one attempt at a backend.</summary>
/// <param name="Status">The HTTP status: of the answer, or the one that the error in its first event stands for, or the one that the caller gets where there was no answer.</param>
/// <param name="Reason">Why there was no whole answer; null where there was one.</param>
/// <param name="RetryAfter">How long the backend asked to be left alone; null where it did not.</param>
public readonly record struct AttemptOutcome(int Status, string? Reason = null, TimeSpan? RetryAfter = null)
{
    /// <summary>The connection could not be made, or was lost.</summary>
    public const string ConnectionFailure = "BackendConnectionFailure";

    /// <summary>The backend stayed silent.</summary>
    public const string Timeout = "Timeout";

    /// <summary>Any status from 500 on, as in APIM's own examples.</summary>
    public const string ServerErrors = "Server errors";

    /// <summary>What a rule may name. APIM publishes no list; client hang-ups are nobody's failure and not among them.</summary>
    public static readonly IReadOnlyList<string> KnownReasons = [ConnectionFailure, Timeout, ServerErrors];

    /// <summary>Whether the backend refused because it is asked too much.</summary>
    public bool IsThrottled => Status == StatusCodes.Status429TooManyRequests;

    /// <summary>Whether a rule's error reason means this outcome.</summary>
    public bool HasReason(string reason) => Status >= StatusCodes.Status500InternalServerError && reason.Equals(ServerErrors, StringComparison.OrdinalIgnoreCase)
        || reason.Equals(Reason, StringComparison.OrdinalIgnoreCase);
}
