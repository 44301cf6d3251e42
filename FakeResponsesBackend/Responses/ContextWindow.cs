using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>How many tokens of items a model can look at.</summary>
internal readonly record struct ContextWindow(int Tokens)
{
    /// <summary>Whether all items fit.</summary>
    public bool Holds(IReadOnlyList<Item> items) => items.Sum(ItemTokens.Of) <= Tokens;

    /// <summary>As many of the latest items as fit, the last one always.</summary>
    public IReadOnlyList<Item> Truncate(IReadOnlyList<Item> items)
    {
        var (first, tokens) = (items.Count, 0);
        while (first > 0 && (tokens += ItemTokens.Of(items[first - 1])) <= Tokens)
            first--;
        return [.. items.Skip(Math.Min(first, Math.Max(0, items.Count - 1)))];
    }
}
