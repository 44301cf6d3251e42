using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Finds, among all sentences told earlier, the one that a question is about: the sentence that shares most content words with it.</summary>
internal static partial class Recall
{
    /// <summary>Whether <paramref name="text"/> asks for something told before, rather than telling or ordering.</summary>
    public static bool IsQuestion(string text) => Question().IsMatch(text) && !OrderedWork().IsMatch(text);

    /// <summary>The best sentence in <paramref name="told"/>; of equal ones the latest, since a later fact replaces an earlier one. Null: none fits.</summary>
    public static string? Find(string question, IEnumerable<string> told)
    {
        var asked = Words.Content(question);
        string? best = null;
        var bestScore = 0;
        foreach (var sentence in told.SelectMany(text => SentenceEnd().Split(text)).Select(sentence => sentence.Trim()))
        {
            if (sentence.Length == 0 || IsQuestion(sentence))
                continue;
            var score = Words.Content(sentence).Count(asked.Contains);
            if (score > 0 && score >= bestScore)
                (best, bestScore) = (sentence, score);
        }

        return best;
    }

    [GeneratedRegex(@"\?\s*$|^\W*(what|which|who|whose|when|where|why|how|tell me|remind me|repeat|recall|do you (know|remember|recall))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Question();

    // "Can you summarize that …?" has a question mark and is an order all the same.
    [GeneratedRegex(@"^\W*(please\s+)?(can|could|would|will)\s+you\s+(please\s+)?(?!tell\b|remind\b|repeat\b|recall\b|remember\b|say\b)", RegexOptions.IgnoreCase)]
    private static partial Regex OrderedWork();

    [GeneratedRegex(@"(?<=[.!?])\s+|\n+")]
    private static partial Regex SentenceEnd();
}
