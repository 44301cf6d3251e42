namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>Requests and tokens a minute: the limit and what remains of it.</summary>
public readonly record struct RateLimitReading(long RequestLimit, long RequestsRemaining, long TokenLimit, long TokensRemaining)
{
    /// <summary>Writes the four headers of a model call.</summary>
    public void WriteTo(IHeaderDictionary headers)
    {
        headers["x-ratelimit-limit-requests"] = RequestLimit.ToString(provider: null);
        headers["x-ratelimit-remaining-requests"] = RequestsRemaining.ToString(provider: null);
        headers["x-ratelimit-limit-tokens"] = TokenLimit.ToString(provider: null);
        headers["x-ratelimit-remaining-tokens"] = TokensRemaining.ToString(provider: null);
    }
}
