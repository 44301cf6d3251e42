using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Finds, among all sentences told earlier, the one that a question is about: the sentence that shares most content words with it.</summary>
internal static partial class Recall
{
    /// <summary>Whether <paramref name="text"/> asks for something told before, rather than telling or ordering.</summary>
    public static bool IsQuestion(string text) => Question().IsMatch(text) && !OrderedWork().IsMatch(text);

    /// <summary>
    /// The best sentence in <paramref name="told"/> and in the question's own message; of equal ones the latest, since a later fact replaces an earlier
    /// one. Null: none fits.
    /// </summary>
    public static string? Find(string question, IEnumerable<string> told)
    {
        var asked = Words.Content(string.Join(' ', Sentences(question).Where(IsQuestion)));
        string? best = null;
        var bestScore = 0;
        foreach (var sentence in told.Append(question).SelectMany(Sentences).Where(sentence => !IsQuestion(sentence)))
        {
            var score = Score(Words.Content(sentence), asked);
            if (score > 0 && score >= bestScore)
                (best, bestScore) = (sentence, score);
        }

        return best;
    }

    /// <summary>
    /// Shared words count; but everything has a name, so a name alone answers only a question for nothing but a name, and then the caller's own
    /// ("My name is Ada") goes before that of something else ("My dog is called Rex").
    /// </summary>
    private static int Score(HashSet<string> sentence, HashSet<string> asked)
    {
        const int Word = 10;
        var shared = sentence.Count(asked.Contains);
        if (shared != 1 || !sentence.Contains(Words.Name) || !asked.Contains(Words.Name))
            return shared * Word;
        return asked.Count > 1 ? 0 : Math.Max(1, Word - sentence.Count);
    }

    private static IEnumerable<string> Sentences(string text) => SentenceEnd().Split(text).Select(sentence => sentence.Trim()).Where(sentence => sentence.Length > 0);

    [GeneratedRegex(@"[?？]\s*$|^\W*(please\s+)?(what|whats|which|who|whose|when|where|why|how|tell me|remind me|say my|repeat|recall|do you (know|remember|recall))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Question();

    // "Can you summarize that …?" has a question mark and is an order all the same.
    [GeneratedRegex(@"^\W*(please\s+)?(can|could|would|will)\s+you\s+(please\s+)?(?!tell\b|remind\b|repeat\b|recall\b|remember\b|say\b)", RegexOptions.IgnoreCase)]
    private static partial Regex OrderedWork();

    [GeneratedRegex(@"(?<=[.!?])(?<!\b(Dr|Mr|Mrs|Ms|Prof|St)\.)\s+|\n+")]
    private static partial Regex SentenceEnd();
}
