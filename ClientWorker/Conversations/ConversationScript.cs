using System.Security.Cryptography;

namespace SessionAware.ClientWorker.Conversations;

/// <summary>What the caller says, turn by turn, and the word by which the last answer proves that it remembers the first turn.</summary>
/// <param name="Prompts">One a turn.</param>
/// <param name="Proof">What only a model that saw turn 1 can answer.</param>
public sealed record ConversationScript(IReadOnlyList<string> Prompts, string Proof)
{
    private const string NonceAlphabet = "BCDFGHJKLMNPQRSTVWXZ23456789";

    private static readonly (string Fact, string Question)[] s_facts =
    [
        ("The code of my bicycle locker is {0}.", "Which combination do I need to open the locker where my bike is?"),
        ("My hotel room in Lisbon was booked under the reference {0}.", "Under which reference is the Lisbon hotel holding a room for me?"),
        ("Our project's internal name is {0}.", "What is the project called internally?"),
        ("My sister's parcel has the tracking number {0}.", "What is the number to track the parcel of my sister?"),
    ];

    private static readonly string[] s_smallTalk =
    [
        "Explain photosynthesis in simple terms.",
        "My neighbour's cat is called Whiskers.",
        "Count to 5",
        "Give me three rivers in Europe.",
    ];

    /// <summary>Turn 1 tells a fact with a random nonce, the last turn asks for it in other words, small talk lies between.</summary>
    /// <param name="number">Of the conversation; varies fact and small talk.</param>
    /// <param name="turns">At least 2.</param>
    public static ConversationScript Tell(int number, int turns)
    {
        var nonce = $"{RandomNumberGenerator.GetString(NonceAlphabet, 4)}-{RandomNumberGenerator.GetString(NonceAlphabet, 4)}";
        var (fact, question) = s_facts[number % s_facts.Length];
        var between = Enumerable.Range(0, turns - 2).Select(turn => s_smallTalk[(number + turn) % s_smallTalk.Length]);
        return new([string.Format(provider: null, fact, nonce), .. between, question], nonce);
    }

    /// <summary>The two prompts of the AI-Gateway lab "Session Awareness": the second makes sense only after the first.</summary>
    public static ConversationScript Seed() => new(
        ["Explain photosynthesis in simple terms", "Can you summarize that so it can be understood by a college freshman?"], "photosynthesis");
}
