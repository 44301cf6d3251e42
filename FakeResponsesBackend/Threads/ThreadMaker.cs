using SessionAware.FakeResponsesBackend.Control;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Makes threads out of requests, and enters into the ledger what is in them.</summary>
internal sealed class ThreadMaker(IdLedger ledger, TimeProvider time)
{
    /// <summary>A thread that is not stored yet.</summary>
    public StoredThread Make(string id, ThreadRequest request)
    {
        var at = time.GetUtcNow();
        var body = new ThreadBody(id, at.ToUnixTimeSeconds(), request.Metadata ?? new Dictionary<string, string>(), new());
        return new StoredThread(body).Add([.. request.Messages.Select(message => message.In(id, at))]);
    }

    /// <summary>Enters a thread that is stored now.</summary>
    public void Announce(StoredThread thread)
    {
        ledger.Minted(thread.Id);
        Announce(thread.Messages);
    }

    /// <summary>Enters messages that are stored now.</summary>
    public void Announce(IEnumerable<MessageBody> messages)
    {
        foreach (var message in messages)
            ledger.Minted(message.Id);
    }
}
