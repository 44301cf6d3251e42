using System.Text.RegularExpressions;
using Fare;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>A text that a regular expression matches.</summary>
internal static class PatternText
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    /// <summary><paramref name="preferred"/> where it matches; else one made from the pattern, always the same one; the preferred text again where the pattern is beyond us.</summary>
    public static string Matching(string pattern, string preferred)
    {
        try
        {
            if (Regex.IsMatch(preferred, pattern, RegexOptions.None, s_patience))
                return preferred;
            var made = new Xeger(pattern, new Random(0)).Generate();
            return Regex.IsMatch(made, pattern, RegexOptions.None, s_patience) ? made : preferred;
        }
        catch (ArgumentException)
        {
            return preferred;
        }
        catch (RegexMatchTimeoutException)
        {
            return preferred;
        }
    }
}
