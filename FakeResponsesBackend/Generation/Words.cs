using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Content words of a sentence, reduced so that other forms and a few other words for the same thing meet.</summary>
internal static partial class Words
{
    private static readonly HashSet<string> s_stopWords =
    [
        "a", "d", "ll", "m", "re", "s", "t", "ve", "about", "again", "am", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could", "did", "do", "does", "earlier",
        "for", "from", "had", "has", "have", "here", "how", "i", "in", "into", "is", "it", "its", "just", "keep", "know", "let", "me", "mention", "mind",
        "my", "need", "note", "of", "on", "or", "our", "please", "recall", "remember", "remind", "repeat", "said", "say", "should", "so", "sorry", "tell", "that",
        "the", "their", "them", "there", "these", "they", "this", "those", "to", "told", "was", "we", "were", "what", "when", "where", "which", "who",
        "whose", "why", "will", "with", "would", "you", "your",
    ];

    private static readonly Dictionary<string, string> s_same = new()
    {
        ["bike"] = "bicycle",
        ["called"] = Name,
        ["combination"] = "code",
        ["named"] = Name,
        ["password"] = "code",
        ["pin"] = "code",
    };

    /// <summary>The word for whatever is called something.</summary>
    public const string Name = "name";

    public static HashSet<string> Content(string text)
    {
        var words = Word().Matches(text).Select(match => match.Value.ToLowerInvariant()).ToList();
        // "Who am I?" and "I'm Ada" have no word for it.
        if (WhoAmI().IsMatch(text) || IAm().IsMatch(text))
            words.Add(Name);
        return [.. words.Where(word => !s_stopWords.Contains(word)).Select(word => s_same.GetValueOrDefault(word, word)).Select(Stem)];
    }

    private static string Stem(string word) => word switch
    {
        Name => word,
        { Length: > 5 } when word.EndsWith("ing", StringComparison.Ordinal) => word[..^3],
        { Length: > 3 } when word.EndsWith('e') => word[..^1],
        { Length: > 4 } when word.EndsWith("ed", StringComparison.Ordinal) => word[..^2],
        { Length: > 3 } when word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) => word[..^1],
        _ => word,
    };

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bwho\s+(am\s+i|i\s+am)\b", RegexOptions.IgnoreCase)]
    private static partial Regex WhoAmI();

    [GeneratedRegex(@"\b(I['’]m|I am|[Cc]all me)\s+\p{Lu}")]
    private static partial Regex IAm();
}
