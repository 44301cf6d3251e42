namespace SessionAware.Benchmarks.Cost;

/// <summary>The figures of many rounds: single ones mislead by half, so the median, and how far they lie apart.</summary>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToList();
        return new((sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2, sorted[0], sorted[^1]);
    }
}
