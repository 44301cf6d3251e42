using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>A turn as a document, and what becomes of one that is there when the same turn is written again.</summary>
internal static class TurnDocument
{
    /// <summary>A turn that is new.</summary>
    public static SessionDocument New(Turn turn, IReadOnlyList<Pin> pins) => Complete(
        SessionDocument.Of(new Pin(SessionId.Response(turn.ResponseId), turn.Owner, turn.Backend, turn.Session, turn.ExpiresAt), turn.CreatedAt), turn, pins);

    /// <summary>
    /// The document with what <paramref name="turn"/> adds to it: the end of one that has none yet; of one that has ended what led to it, where that is missing.
    /// Null where it adds nothing.
    /// </summary>
    public static SessionDocument? Merge(SessionDocument known, Turn turn, IReadOnlyList<Pin> pins)
    {
        if (!known.IsFinal)
            return Complete(known, turn, pins);
        var explained = known with
        {
            Previous = known.Previous ?? turn.PreviousResponseId,
            Conversation = known.Conversation ?? turn.ConversationId,
            Input = known.Input ?? StoredContent.Of(turn.Input),
        };
        return explained == known ? null : explained;
    }

    /// <summary>Whether <paramref name="pin"/> is an item of <paramref name="turn"/>.</summary>
    public static bool IsItemOf(Turn turn, Pin pin) => pin.Id.Kind == SessionKeyKind.Item && pin.Owner == turn.Owner && pin.Backend == turn.Backend && pin.Session == turn.Session;

    /// <summary>Whether <paramref name="turn"/>'s document carries it: where both are in one partition, one look there finds it.</summary>
    public static bool IsCarried(Turn turn, Pin pin) =>
        IsItemOf(turn, pin) && CosmosKey.ChainOf(pin.Id) is { } chain && chain == CosmosKey.ChainOf(SessionId.Response(turn.ResponseId));

    private static SessionDocument Complete(SessionDocument known, Turn turn, IReadOnlyList<Pin> pins) => known with
    {
        Status = turn.Status,
        Model = turn.Model ?? known.Model,
        Previous = known.Previous ?? turn.PreviousResponseId,
        Conversation = known.Conversation ?? turn.ConversationId,
        InputTokens = turn.InputTokens ?? known.InputTokens,
        OutputTokens = turn.OutputTokens ?? known.OutputTokens,
        Home = known.Home ?? turn.Home,
        Replay = known.Replay ?? turn.Replay,
        Items = Union(known.Items, pins.Where(pin => IsCarried(turn, pin)).Select(pin => CosmosKey.ItemOf(pin.Id.Text))),
        Outside = Union(known.Outside, pins.Where(pin => IsItemOf(turn, pin) && !IsCarried(turn, pin)).Select(pin => pin.Id.Text)),
        Input = StoredContent.Of(turn.Input) ?? known.Input,
        Answer = StoredContent.Of(turn.Answer) ?? known.Answer,
    };

    private static string[]? Union(IReadOnlyList<string>? known, IEnumerable<string> added)
    {
        string[] all = [.. (known ?? []).Union(added, StringComparer.Ordinal)];
        return all.Length == 0 ? null : all;
    }
}
