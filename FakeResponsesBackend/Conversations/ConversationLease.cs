using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>The right to work in a conversation until it is disposed of; nobody else changes its items meanwhile.</summary>
public sealed class ConversationLease(ConversationStore store, Conversation conversation) : IDisposable
{
    /// <summary>The conversation's id.</summary>
    public string Id => conversation.Id;

    /// <summary>What was said in it before.</summary>
    public History Before => conversation.Items;

    /// <summary>Adds what was said, all at once.</summary>
    public void Append(IReadOnlyList<Item> items) => store.Change(Id, current => current with { Items = current.Items.Append(items) });

    /// <summary>Goes on to the history of a turn that continues <see cref="Before"/>; conversation and response share it.</summary>
    public void Continue(History after) => store.Change(Id, current => current with { Items = after });

    /// <inheritdoc/>
    public void Dispose() => store.Release(this);
}
