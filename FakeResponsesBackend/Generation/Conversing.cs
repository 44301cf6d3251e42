using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Ordinary replies: recall what was told, refer back, take note; each says how many earlier messages the model was given.</summary>
internal static partial class Conversing
{
    /// <summary>The reply to <paramref name="said"/> after <paramref name="told"/>, oldest first.</summary>
    public static string Reply(string said, List<string> told)
    {
        if (Recall.IsQuestion(said))
            return Recall.Find(said, told) is { } fact ? $"You told me: \"{fact}\" {Seen(told)}" : $"I find nothing about that in what you told me. {Seen(told)}";
        if (ReferringWord().IsMatch(said) && told.Count > 0)
            return $"You ask: \"{said}\" I take that to mean what you said last: \"{told[^1].Trim()}\" {Seen(told)}";
        return $"Noted: \"{said}\" {Seen(told)}";
    }

    private static string Seen(List<string> told) => told.Count switch
    {
        0 => "(This is the first message that I see from you.)",
        1 => "(I see 1 earlier message from you.)",
        _ => $"(I see {told.Count} earlier messages from you.)",
    };

    [GeneratedRegex(@"\b(that|this|it|those|these|them)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReferringWord();
}
