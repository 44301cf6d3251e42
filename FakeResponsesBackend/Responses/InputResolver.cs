using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Turns what a caller sent as input into items that the region can work with: references found, seals opened, calls and outputs matched, ids given.</summary>
internal sealed class InputResolver(ResponseStore store, RegionSeal seal, IOptions<RegionOptions> region)
{
    /// <summary>The items, or what is wrong with them.</summary>
    /// <param name="input">The entries as sent.</param>
    /// <param name="before">The history that they follow.</param>
    /// <param name="mint">Makes an id with a prefix.</param>
    /// <param name="outputsMayFollow">Whether a call may still wait for its output: nothing is asked of the model yet.</param>
    public (IReadOnlyList<Item>? Items, ApiError? Fault) Resolve(IReadOnlyList<InputEntry> input, History before, Func<string, string> mint, bool outputsMayFollow = false)
    {
        List<Item> items = [];
        foreach (var entry in input)
        {
            var (item, fault) = entry.Reference is { } id ? Find(id, before) : Check(entry);
            if (item is null)
                return (null, fault);
            if (item.Id.Length > 0 && items.Any(known => known.Id == item.Id))
                return (null, InputErrors.DuplicateItem(item.Id));
            items.Add(item.Id.Length == 0 ? item with { Id = mint(item.Prefix) } : item);
        }

        if (items.Index().FirstOrDefault(entry => entry.Item is ReasoningItem && !IsFollowed(items, entry.Index)).Item is { } alone)
            return (null, InputErrors.ReasoningWithoutFollower(alone.Id));
        return Unmatched(before, items, outputsMayFollow) is { } unmatched ? (null, unmatched) : (items, null);
    }

    private (Item? Item, ApiError? Fault) Find(string id, History before)
    {
        if (store.TryGetItem(id, out var item) || (item = before.Items().FirstOrDefault(known => known.Id == id)) is not null)
            return (item, null);
        return (null, InputErrors.ReferencedItemNotFound(id, region.Value.Flavor));
    }

    private (Item? Item, ApiError? Fault) Check(InputEntry entry)
    {
        switch (entry.Item)
        {
            case ReasoningItem { EncryptedContent: { } sealedThoughts } when seal.Open(sealedThoughts) is null:
                return (null, InputErrors.EncryptedContentNotVerified(sealedThoughts));
            case ReasoningItem { EncryptedContent: null, Id: { Length: > 0 } id } when !store.TryGetItem(id, out _):
                return (null, InputErrors.ReferencedItemNotFound(id, region.Value.Flavor));
            case CompactionItem compaction:
                return seal.Open(compaction.EncryptedContent) is { } text
                    ? (compaction with { Unsealed = text }, null)
                    : (null, InputErrors.EncryptedContentNotVerified(compaction.EncryptedContent));
            default:
                return (entry.Item, null);
        }
    }

    /// <summary>Thoughts belong to what the model made of them.</summary>
    private static bool IsFollowed(List<Item> items, int index) =>
        index + 1 < items.Count && items[index + 1] is ReasoningItem or IToolCall or MessageItem { Role: "assistant" } or CompactionItem;

    /// <summary>Every output answers a call, and every call has its output before the model goes on.</summary>
    private static ApiError? Unmatched(History before, List<Item> input, bool outputsMayFollow)
    {
        HashSet<string> open = [];
        HashSet<string> known = [];
        foreach (var item in before.Items().Concat(input))
        {
            if (item is IToolCall call)
            {
                known.Add(call.CallId);
                open.Add(call.CallId);
            }
            else if (item is IToolCallOutput output)
            {
                if (!known.Contains(output.CallId))
                    return InputErrors.ToolCallNotFound(output is CustomToolCallOutputItem, output.CallId);
                open.Remove(output.CallId);
            }
        }

        return open.Count > 0 && !outputsMayFollow ? InputErrors.ToolOutputNotFound(open.First()) : null;
    }
}
