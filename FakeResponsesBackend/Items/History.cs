using System.IO.Hashing;
using System.Runtime.InteropServices;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>
/// Items in order, as a chain of steps that share their beginnings: every response and every conversation ends in one, and any step may be continued
/// more than once. It holds on to what it was built from, so a deleted response does not take a later one's history away.
/// </summary>
public sealed class History
{
    private History(History? parent, IReadOnlyList<Item> items)
    {
        (Parent, Added) = (parent, items);
        Tokens = (parent?.Tokens ?? 0) + items.Sum(item => ItemTokens.Of(item));
        Bytes = items.Sum(BytesOf);
        Fingerprint = items.Aggregate(parent?.Fingerprint ?? 0, Fingerprints.Continue);
    }

    /// <summary>No item at all.</summary>
    public static History Empty { get; } = new(null, []);

    /// <summary>The step before.</summary>
    public History? Parent { get; }

    /// <summary>Items of this step.</summary>
    public IReadOnlyList<Item> Added { get; }

    /// <summary>Tokens of all items up to here.</summary>
    public int Tokens { get; }

    /// <summary>Roughly what this step alone takes in memory.</summary>
    public long Bytes { get; }

    /// <summary>Tells equal beginnings of prompts from others.</summary>
    public ulong Fingerprint { get; }

    /// <summary>This history and <paramref name="items"/>.</summary>
    public History Append(IReadOnlyList<Item> items) => items.Count == 0 ? this : new(this, items);

    /// <summary>This history without one item.</summary>
    public History Without(string id) => Empty.Append([.. Items().Where(item => item.Id != id)]);

    /// <summary>All items, oldest first.</summary>
    public IReadOnlyList<Item> Items()
    {
        // A chain may be thousands of turns long: a loop, not a recursion.
        var steps = new Stack<History>();
        for (var step = this; step is not null; step = step.Parent)
            steps.Push(step);
        return [.. steps.SelectMany(step => step.Added)];
    }

    // Two bytes a character, and the objects around them.
    private static long BytesOf(Item item) => 256 + (2L * item.PlainText.Length) + item switch
    {
        MessageItem message => message.Content.Sum(BytesOf),
        ReasoningItem reasoning => 2L * ((reasoning.EncryptedContent?.Length ?? 0) + reasoning.Summary.Sum(part => part.Text.Length)),
        CompactionItem compaction => 2L * compaction.EncryptedContent.Length,
        _ => 0,
    };

    // Beside its text; a token's log probability is a handful of objects.
    private static long BytesOf(ContentPart part) => part switch
    {
        InputImage image => 2L * (image.ImageUrl?.Length ?? 0),
        OutputText text => text.Logprobs.Sum(logprob => 256L * (1 + logprob.TopLogprobs.Count)),
        _ => 0,
    };
}

/// <summary>Fingerprints of a prompt's beginning.</summary>
internal static class Fingerprints
{
    /// <summary>The fingerprint after one more item.</summary>
    public static ulong Continue(ulong before, Item item) => Continue(before, $"{(item as MessageItem)?.Role}\n{item.PlainText}");

    /// <summary>The fingerprint after more text.</summary>
    public static ulong Continue(ulong before, string text) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(text.AsSpan()), unchecked((long)before));
}
