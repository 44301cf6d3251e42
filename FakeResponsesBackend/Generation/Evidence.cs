using System.Globalization;
using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>What a conversation offers to fill values with: places, quotations, numbers, facts told.</summary>
/// <param name="Told">What the user said, oldest first.</param>
public sealed partial record Evidence(IReadOnlyList<string> Told)
{
    /// <summary>Which of several places or numbers this value is about, from 0.</summary>
    public int Index { get; init; }

    /// <summary>The last message.</summary>
    public string Last => Told.Count > 0 ? Told[^1].Trim() : "";

    /// <summary>Places that the last message names: "in Paris and Rome", "from New York to San Francisco, CA".</summary>
    public IReadOnlyList<string> Places =>
        [.. Place().Matches(Last).SelectMany(match => match.Groups["place"].Captures).Select(capture => capture.Value.TrimEnd('.', ',')).Distinct()];

    /// <summary>The first quotation of the last message.</summary>
    public string? Quoted => Quotation().Match(Last) is { Success: true } match ? match.Groups["text"].Value : null;

    /// <summary>Numbers of the last message, in order.</summary>
    public IReadOnlyList<decimal> Numbers => [.. Number().Matches(Last).Select(match => decimal.Parse(match.Value, CultureInfo.InvariantCulture))];

    /// <summary>The first name in the last message that is no beginning of a sentence.</summary>
    public string? Name => ProperName().Match(Last) is { Success: true } match ? match.Value : null;

    /// <summary>Whether the last message speaks of <paramref name="words"/>.</summary>
    public bool Mentions(string words) => Words.Content(Last).Overlaps(Words.Content(words));

    /// <summary>What somebody told that <paramref name="property"/> is: "my name is Ada" for <c>name</c>; the latest counts.</summary>
    public string? ValueOf(string property)
    {
        var words = string.Join(@"\s+", Regex.Split(property, @"[_\-\s]+|(?<=[a-z])(?=[A-Z])").Where(word => word.Length > 0).Select(Regex.Escape));
        if (words.Length == 0)
            return null;
        return Told.Reverse()
            .Select(text => Regex.Match(text, $@"\b{words}\s*(?:is|are|was|:|=)\s+(?:""(?<value>[^""]+)""|(?:(?:a|an|the)\s+)?(?<value>[^\s,;.!?]+(?:\s+(?-i:\p{{Lu}})[^\s,;.!?]*)*))", RegexOptions.IgnoreCase))
            .FirstOrDefault(match => match.Success)?.Groups["value"].Value;
    }

    [GeneratedRegex(@"\b(?:in|at|for|from|to|near|of|between)\s+(?<place>\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*)*(?:,\s\p{Lu}{2}\b)?)(?:(?:,\s*|\s+)?(?:,|and|or)\s+(?:in\s+|at\s+|for\s+)?(?<place>\p{Lu}[\p{L}'-]*(?:\s\p{Lu}[\p{L}'-]*)*(?:,\s\p{Lu}{2}\b)?))*")]
    private static partial Regex Place();

    [GeneratedRegex("\"(?<text>[^\"]+)\"|“(?<text>[^”]+)”|(?<=^|\\s)'(?<text>[^']+)'(?=$|\\W)")]
    private static partial Regex Quotation();

    [GeneratedRegex(@"(?<![\w.])-?\d+(?:\.\d+)?(?![\w]|\.\d)")]
    private static partial Regex Number();

    [GeneratedRegex(@"(?<=[\p{Ll},]\s)\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+)*")]
    private static partial Regex ProperName();
}
