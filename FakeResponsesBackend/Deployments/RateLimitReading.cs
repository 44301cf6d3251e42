using System.Globalization;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>Requests and tokens a minute: the limit, what remains of it, and when it is whole again.</summary>
public readonly record struct RateLimitReading(long RequestLimit, long RequestsRemaining, long TokenLimit, long TokensRemaining, TimeSpan Reset)
{
    // Seconds, as Azure states them.
    private const string RenewalPeriod = "60";

    /// <summary>No limit: -1 everywhere, as Azure then sends.</summary>
    public static RateLimitReading Unlimited { get; } = new(-1, -1, -1, -1, TimeSpan.Zero);

    /// <summary>Writes the headers of a model call.</summary>
    public void WriteTo(IHeaderDictionary headers, ApiFlavor flavor)
    {
        foreach (var (name, value) in Headers(flavor))
            headers[name] = value;
    }

    /// <summary>The headers of a model call: Azure states seconds, api.openai.com a length of time such as <c>6m0s</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> Headers(ApiFlavor flavor)
    {
        var reset = flavor == ApiFlavor.Azure ? Whole((long)Math.Ceiling(Reset.TotalSeconds)) : Spelt(Reset);
        yield return new("x-ratelimit-limit-requests", Whole(RequestLimit));
        yield return new("x-ratelimit-remaining-requests", Whole(RequestsRemaining));
        yield return new("x-ratelimit-reset-requests", reset);
        yield return new("x-ratelimit-limit-tokens", Whole(TokenLimit));
        yield return new("x-ratelimit-remaining-tokens", Whole(TokensRemaining));
        yield return new("x-ratelimit-reset-tokens", reset);
        if (flavor != ApiFlavor.Azure)
            yield break;
        yield return new("x-ratelimit-renewalperiod-requests", RenewalPeriod);
        yield return new("x-ratelimit-renewalperiod-tokens", RenewalPeriod);
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Spelt(TimeSpan time) => time.TotalSeconds < 1
        ? $"{Whole((long)time.TotalMilliseconds)}ms"
        : string.Create(CultureInfo.InvariantCulture, $"{(time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes}m" : "")}{time.Seconds}s");
}
