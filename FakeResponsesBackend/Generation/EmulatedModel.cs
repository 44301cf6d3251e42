using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>
/// The region's "model": deterministic, and honest about what it was given. It knows nothing of the world; all it can do is count, and say back
/// what earlier messages told it, so an answer shows whether the history arrived.
/// </summary>
public static partial class EmulatedModel
{
    private const int LongestCount = 100_000;

    /// <summary>The answer to the last user message.</summary>
    /// <param name="messages">The whole history that the region has for this turn, oldest first, the new input at its end.</param>
    public static string Answer(IReadOnlyList<MessageItem> messages)
    {
        var told = messages.Where(message => message.Role == "user").Select(message => message.PlainText).ToList();
        if (told.Count == 0)
            return "There is no message from you in this conversation.";

        var prompt = told[^1].Trim();
        told.RemoveAt(told.Count - 1);

        if (CountTo().Match(prompt) is { Success: true } count)
            return Count(count);
        if (Recall.IsQuestion(prompt))
            return Recall.Find(prompt, told) is { } fact ? $"You told me: \"{fact}\" {Seen(told)}" : $"I find nothing about that in what you told me. {Seen(told)}";
        if (ReferringWord().IsMatch(prompt) && told.Count > 0)
            return $"You ask: \"{prompt}\" I take that to mean what you said last: \"{told[^1].Trim()}\" {Seen(told)}";
        return $"Noted: \"{prompt}\" {Seen(told)}";
    }

    private static string Seen(List<string> told) => told.Count switch
    {
        0 => "(This is the first message that I see from you.)",
        1 => "(I see 1 earlier message from you.)",
        _ => $"(I see {told.Count} earlier messages from you.)",
    };

    private static string Count(Match match)
    {
        if (!int.TryParse(match.Groups["to"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var to) || to is < 1 or > LongestCount)
            return $"I count to {LongestCount} at most.";
        var text = new StringBuilder("1");
        for (var number = 2; number <= to; number++)
            text.Append(CultureInfo.InvariantCulture, $", {number}");
        return text.ToString();
    }

    [GeneratedRegex(@"^\W*(please\s+)?count\s+(from\s+1\s+|up\s+)*to\s+(?<to>\d+)\W*$", RegexOptions.IgnoreCase)]
    private static partial Regex CountTo();

    [GeneratedRegex(@"\b(that|this|it|those|these|them)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ReferringWord();
}
