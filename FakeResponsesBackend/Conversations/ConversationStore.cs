using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>
/// The region's conversations: at most <see cref="RegionOptions.MaxStoredResponses"/> of them within <see cref="RegionOptions.MaxStoredBytes"/>, those
/// used least recently are forgotten first. One response at a time may work in a conversation.
/// </summary>
public sealed class ConversationStore(IOptions<RegionOptions> options)
{
    private const int BytesPerConversation = 1024;

    private readonly int _most = options.Value.MaxStoredResponses;
    private readonly long _mostBytes = options.Value.MaxStoredBytes;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byId = [];
    private readonly LinkedList<Entry> _leastRecentFirst = [];
    private long _bytes;

    /// <summary>How much is remembered: conversations, and roughly how many bytes.</summary>
    public (int Conversations, long Bytes) Size
    {
        get
        {
            lock (_lock)
                return (_byId.Count, _bytes);
        }
    }

    /// <summary>Remembers a new conversation.</summary>
    public void Add(Conversation conversation)
    {
        lock (_lock)
        {
            var entry = new Entry(conversation);
            _byId[conversation.Id] = _leastRecentFirst.AddLast(entry);
            _bytes += entry.Bytes;
            TrimNeedsLock();
        }
    }

    /// <summary>Finds a conversation.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out Conversation? conversation)
    {
        lock (_lock)
        {
            conversation = _byId.TryGetValue(id, out var node) ? node.Value.Conversation : null;
            return conversation is not null;
        }
    }

    /// <summary>Changes a conversation at rest.</summary>
    /// <returns>The new state; null when it is unknown.</returns>
    public Conversation? Change(string id, Func<Conversation, Conversation> change)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
                return null;
            _bytes -= node.Value.Bytes;
            node.Value.Set(change(node.Value.Conversation));
            _bytes += node.Value.Bytes;
            _leastRecentFirst.Remove(node);
            _leastRecentFirst.AddLast(node);
            TrimNeedsLock();
            return node.Value.Conversation;
        }
    }

    /// <summary>Forgets a conversation; responses made in it stay.</summary>
    /// <returns>False when it is unknown.</returns>
    public bool Remove(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node))
                return false;
            RemoveNeedsLock(node);
            return true;
        }
    }

    /// <summary>Takes a conversation for one response.</summary>
    /// <returns>Null when another response has it.</returns>
    public ConversationLease? Lease(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node) || node.Value.IsLeased)
                return null;
            node.Value.IsLeased = true;
            return new ConversationLease(this, id);
        }
    }

    /// <summary>Whether a response is working in the conversation.</summary>
    public bool IsLeased(string id)
    {
        lock (_lock)
            return _byId.TryGetValue(id, out var node) && node.Value.IsLeased;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byId.Clear();
            _leastRecentFirst.Clear();
            _bytes = 0;
        }
    }

    internal void Release(string id)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(id, out var node))
                node.Value.IsLeased = false;
        }
    }

    private void TrimNeedsLock()
    {
        while (_leastRecentFirst.First is { } oldest && (_byId.Count > _most || _bytes > _mostBytes))
            RemoveNeedsLock(oldest);
    }

    private void RemoveNeedsLock(LinkedListNode<Entry> node)
    {
        _byId.Remove(node.Value.Conversation.Id);
        _leastRecentFirst.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed class Entry
    {
        public Entry(Conversation conversation) => Set(conversation);

        public Conversation Conversation { get; private set; } = null!;

        public bool IsLeased { get; set; }

        public long Bytes { get; private set; }

        // Only the steps that are new: a conversation grows at its end.
        public void Set(Conversation conversation)
        {
            var shared = Conversation?.Items;
            var added = BytesPerConversation;
            var bytes = 0L;
            var step = conversation.Items;
            for (; step is not null && !ReferenceEquals(step, shared); step = step.Parent)
                bytes += step.Bytes;
            Bytes = step is null ? bytes + added : Bytes + bytes;
            Conversation = conversation;
        }
    }
}

/// <summary>The right to work in a conversation until it is disposed of.</summary>
public sealed class ConversationLease(ConversationStore store, string id) : IDisposable
{
    /// <summary>The conversation.</summary>
    public string Id => id;

    /// <summary>Adds what was said, all at once.</summary>
    public void Append(IReadOnlyList<Item> items) =>
        store.Change(id, conversation => conversation with { Items = conversation.Items.Append(items) });

    /// <inheritdoc/>
    public void Dispose() => store.Release(id);
}
