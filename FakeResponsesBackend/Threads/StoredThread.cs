using System.Collections.Immutable;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>A thread with its messages and runs. At most one run, the last, is active.</summary>
/// <param name="Body">The thread as it is shown.</param>
internal sealed record StoredThread(ThreadBody Body) : IRemembered
{
    private const int BytesPerThread = 1024;

    public string Id => Body.Id;

    public long Bytes { get; private init; } = BytesPerThread;

    /// <summary>Oldest first.</summary>
    public ImmutableList<MessageBody> Messages { get; private init; } = [];

    /// <summary>Oldest first.</summary>
    public ImmutableList<StoredRun> Runs { get; private init; } = [];

    /// <summary>The run that holds the thread; null when it is at rest.</summary>
    public StoredRun? Active => Runs is [.., { IsActive: true } last] ? last : null;

    /// <summary>A run of this thread.</summary>
    public StoredRun? Run(string id) => Runs.FindLast(run => run.Body.Id == id);

    /// <summary>With more messages.</summary>
    public StoredThread Add(IReadOnlyCollection<MessageBody> messages) =>
        messages.Count == 0 ? this : this with { Messages = Messages.AddRange(messages), Bytes = Bytes + messages.Sum(message => message.Bytes) };

    /// <summary>With a new run, or the new state of one.</summary>
    public StoredThread With(StoredRun run)
    {
        var index = Runs.FindLastIndex(known => known.Body.Id == run.Body.Id);
        return index < 0
            ? this with { Runs = Runs.Add(run), Bytes = Bytes + run.Bytes }
            : this with { Runs = Runs.SetItem(index, run), Bytes = Bytes + run.Bytes - Runs[index].Bytes };
    }

    /// <summary>As it stands at a time: a run past its end has expired, whether or not anybody looked.</summary>
    public StoredThread At(DateTimeOffset now) => Active?.Expire(now) is { } expired ? With(expired) : this;

    public void Forgotten() => Active?.Work.Stop();
}
