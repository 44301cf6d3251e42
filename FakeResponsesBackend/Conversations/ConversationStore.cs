using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>
/// The region's conversations: at most <see cref="RegionOptions.MaxStoredResponses"/> of them within <see cref="RegionOptions.MaxStoredBytes"/>, those
/// used least recently are forgotten first. They do not expire, as upstream. One response at a time may work in a conversation.
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
            if (node is not null)
                UseNeedsLock(node);
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
            UseNeedsLock(node);
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

    /// <summary>Takes a conversation for one response or one change of its items.</summary>
    /// <returns>Null when another has it, or when it is unknown.</returns>
    public ConversationLease? Lease(string id)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(id, out var node) || node.Value.Lease is not null)
                return null;
            UseNeedsLock(node);
            return node.Value.Lease = new ConversationLease(this, node.Value.Conversation);
        }
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

    /// <summary>Gives back a lease; a second time does nothing to who has the conversation by then.</summary>
    internal void Release(ConversationLease lease)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(lease.Id, out var node) && node.Value.Lease == lease)
                node.Value.Lease = null;
        }
    }

    private void UseNeedsLock(LinkedListNode<Entry> node)
    {
        _leastRecentFirst.Remove(node);
        _leastRecentFirst.AddLast(node);
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
        private long _itemBytes;

        public Entry(Conversation conversation) => Set(conversation);

        public Conversation Conversation { get; private set; } = null!;

        public ConversationLease? Lease { get; set; }

        public long Bytes => BytesPerConversation + (2L * Conversation.Metadata.Sum(pair => pair.Key.Length + pair.Value.Length)) + _itemBytes;

        // Only the steps that are new: a conversation grows at its end.
        public void Set(Conversation conversation)
        {
            var shared = Conversation?.Items;
            var bytes = 0L;
            var step = conversation.Items;
            for (; step is not null && !ReferenceEquals(step, shared); step = step.Parent)
                bytes += step.Bytes;
            _itemBytes = step is null ? bytes : _itemBytes + bytes;
            Conversation = conversation;
        }
    }
}
