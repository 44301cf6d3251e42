using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Content words of a sentence, reduced so that other forms and a few other words for the same thing meet.</summary>
internal static partial class Words
{
    private static readonly HashSet<string> s_empty =
    [
        "a", "d", "ll", "m", "re", "s", "t", "ve", "about", "again", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "earlier",
        "for", "from", "had", "has", "have", "here", "how", "i", "in", "into", "is", "it", "its", "just", "keep", "know", "let", "me", "mention", "mind",
        "my", "need", "note", "of", "on", "or", "our", "please", "recall", "remember", "remind", "repeat", "said", "say", "should", "so", "tell", "that",
        "the", "their", "them", "there", "these", "they", "this", "those", "to", "told", "was", "we", "were", "what", "when", "where", "which", "who",
        "whose", "why", "will", "with", "would", "you", "your",
    ];

    private static readonly Dictionary<string, string> s_same = new()
    {
        ["bike"] = "bicycle",
        ["called"] = "name",
        ["combination"] = "code",
        ["named"] = "name",
        ["password"] = "code",
        ["pin"] = "code",
    };

    public static HashSet<string> Content(string text)
    {
        var words = Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).ToList();
        // "Who am I?" has no content word of its own.
        if (WhoAmI().IsMatch(text))
            words.Add("name");
        return [.. words.Where(word => !s_empty.Contains(word)).Select(word => s_same.GetValueOrDefault(word, word)).Select(Stem)];
    }

    private static string Stem(string word) => word switch
    {
        { Length: > 5 } when word.EndsWith("ing", StringComparison.Ordinal) => word[..^3],
        { Length: > 4 } when word.EndsWith("ed", StringComparison.Ordinal) => word[..^2],
        { Length: > 3 } when word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) => word[..^1],
        _ => word,
    };

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bwho\s+(am\s+i|i\s+am)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WhoAmI();
}
