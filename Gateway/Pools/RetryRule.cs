namespace SessionAware.Gateway.Pools;

/// <summary>APIM's <c>retry</c> policy as far as it applies here: before the first byte, and only for requests without a session.</summary>
/// <param name="Count">Attempts after the first one.</param>
/// <param name="Interval">The wait before an attempt.</param>
/// <param name="FirstFastRetry">Whether the first retry does not wait.</param>
/// <param name="Statuses">The answers that are retried.</param>
public sealed record RetryRule(int Count, TimeSpan Interval, bool FirstFastRetry, IReadOnlyList<StatusCodeRange> Statuses)
{
    /// <summary>The condition that the policies in the field have: throttled, or unavailable.</summary>
    public static readonly IReadOnlyList<StatusCodeRange> DefaultStatuses = [new(429, 429), new(503, 503)];

    /// <summary>Whether an answer of this status is retried.</summary>
    public bool Retries(int status) => Statuses.Any(range => range.Contains(status));

    /// <summary>The wait before retry <paramref name="number"/>, counted from 1.</summary>
    public TimeSpan WaitBefore(int number) => number == 1 && FirstFastRetry ? TimeSpan.Zero : Interval;
}
