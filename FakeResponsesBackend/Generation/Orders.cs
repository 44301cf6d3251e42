using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Orders that the model obeys to the letter: count, and say exactly something.</summary>
internal static partial class Orders
{
    private const int LongestCount = 100_000;

    /// <summary>What was ordered; null: nothing was.</summary>
    public static string? Obey(string said)
    {
        if (CountTo().Match(said) is { Success: true } count)
            return Count(count);
        return Exactly().Match(said) is { Success: true } exactly ? Unquote(exactly.Groups["text"].Value.Trim()) : null;
    }

    private static string Count(Match match)
    {
        if (!int.TryParse(match.Groups["to"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var to) || to is < 1 or > LongestCount)
            return $"I count to {LongestCount} at most.";
        var text = new StringBuilder("1");
        for (var number = 2; number <= to; number++)
            text.Append(CultureInfo.InvariantCulture, $", {number}");
        return text.ToString();
    }

    private static string Unquote(string text)
    {
        const string Quotes = "\"'`“”‘’";
        // A full stop that follows the closing quote belongs to the order.
        var inner = text.Length > 2 && text[^1] is '.' or '!' && Quotes.Contains(text[^2], StringComparison.Ordinal) ? text[..^1] : text;
        return inner.Length > 1 && Quotes.Contains(inner[0], StringComparison.Ordinal) && Quotes.Contains(inner[^1], StringComparison.Ordinal) ? inner[1..^1] : text;
    }

    [GeneratedRegex(@"^\W*(please\s+)?count\s+(from\s+1\s+|up\s+)*to\s+(?<to>\d+)\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex CountTo();

    // "in exactly three words" orders a length, which this model cannot keep; it is no text to say.
    [GeneratedRegex(@"\b(say|answer|reply|respond|write|output|print|return|repeat)\b(?<between>[^.!?\n]{0,60}?)\bexactly\b(\s+(this|the\s+following|these\s+words|the\s+words?|with|as))*\s*:?\s+(?<text>(?!\w+\s+(words?|sentences?|lines?|characters?|tokens?|letters?|times)\b)\S.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Exactly();
}
