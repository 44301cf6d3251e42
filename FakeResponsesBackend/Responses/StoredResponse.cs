namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>
/// One response of a chain, a node of the tree that <c>previous_response_id</c> spans: anyone may branch from it again. It holds on to what it was
/// built from, so deleting an earlier response does not take a later one's history away: a chain lives as long as its last response is remembered.
/// </summary>
/// <param name="body">The finished response.</param>
/// <param name="input">Messages of this turn, with ids.</param>
/// <param name="previous">The response that it continues; null for the first of a chain.</param>
/// <param name="conversationTokens">Tokens of all messages up to and including this response's output, so that a turn need not count its chain again.</param>
public sealed class StoredResponse(ResponseBody body, IReadOnlyList<MessageItem> input, StoredResponse? previous, int conversationTokens)
{
    /// <summary>The finished response.</summary>
    public ResponseBody Body => body;

    /// <summary>Messages of this turn, with ids.</summary>
    public IReadOnlyList<MessageItem> Input => input;

    /// <summary>The response that it continues.</summary>
    public StoredResponse? Previous => previous;

    /// <summary>Tokens of the whole conversation so far.</summary>
    public int ConversationTokens => conversationTokens;

    /// <summary>Every message up to and including this response's output, oldest first.</summary>
    public IReadOnlyList<MessageItem> Conversation() => Collect(withOwnOutput: true);

    /// <summary>What the model was given: the chain's messages and this turn's input, oldest first.</summary>
    public IReadOnlyList<MessageItem> InputItems() => Collect(withOwnOutput: false);

    private List<MessageItem> Collect(bool withOwnOutput)
    {
        // A chain may be thousands of turns long: a loop, not a recursion.
        var turns = new Stack<StoredResponse>();
        for (var turn = this; turn is not null; turn = turn.Previous)
            turns.Push(turn);

        var items = new List<MessageItem>();
        foreach (var turn in turns)
        {
            items.AddRange(turn.Input);
            if (withOwnOutput || !ReferenceEquals(turn, this))
                items.AddRange(turn.Body.Output);
        }

        return items;
    }
}
