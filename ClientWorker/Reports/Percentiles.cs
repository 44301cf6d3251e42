namespace SessionAware.ClientWorker.Reports;

/// <summary>Median and 99th percentile in milliseconds, by nearest rank; null where nothing was measured.</summary>
public sealed record Percentiles(double? P50, double? P99)
{
    /// <summary>Of <paramref name="times"/>.</summary>
    public static Percentiles Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToArray();
        double? Rank(double share) => sorted.Length == 0 ? null : Math.Round(sorted[(int)Math.Ceiling(share * sorted.Length) - 1], 3);
        return new(Rank(0.50), Rank(0.99));
    }
}
