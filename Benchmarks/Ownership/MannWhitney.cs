namespace SessionAware.Benchmarks.Ownership;

/// <summary>
/// The two-sided Mann-Whitney U test: how likely two samples are to differ by so much if both come from the same distribution, whatever that looks like.
/// Normal approximation with the corrections for ties and continuity, which is exact enough from some twenty figures on.
/// </summary>
internal static class MannWhitney
{
    /// <summary>The probability; 1 where all figures are the same.</summary>
    public static double ProbabilityOf(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var all = first.Select(figure => (Figure: figure, IsFirst: true)).Concat(second.Select(figure => (Figure: figure, IsFirst: false))).OrderBy(entry => entry.Figure).ToList();
        double ranks = 0, ties = 0;
        for (var start = 0; start < all.Count;)
        {
            var end = start;
            while (end < all.Count && all[end].Figure == all[start].Figure)
                end++;
            // Equal figures share the middle of their ranks, which begin at 1.
            double length = end - start, rank = (start + 1 + end) / 2.0;
            ranks += rank * all[start..end].Count(entry => entry.IsFirst);
            ties += (length * length * length) - length;
            start = end;
        }

        double n = first.Count, m = second.Count, total = n + m;
        var u = ranks - (n * (n + 1) / 2);
        var variance = n * m / 12 * (total + 1 - (ties / (total * (total - 1))));
        return variance <= 0 ? 1 : Math.Min(1, ComplementOfError(Math.Max(0, Math.Abs(u - (n * m / 2)) - 0.5) / Math.Sqrt(2 * variance)));
    }

    /// <summary>erfc, to 1.2e-7 of itself: Chebyshev fit of Numerical Recipes, 6.2.</summary>
    private static double ComplementOfError(double x)
    {
        var t = 1 / (1 + (0.5 * x));
        double[] terms = [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
        return t * Math.Exp((-x * x) + terms.Reverse().Aggregate(0.0, (sum, term) => term + (t * sum)));
    }
}
