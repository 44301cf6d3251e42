using System.Diagnostics.CodeAnalysis;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The region's threads, as they stand now: a run past its end has expired before anything else is decided.</summary>
internal sealed class ThreadStore(RecentStore<StoredThread> threads, TimeProvider time)
{
    /// <summary>How much is remembered.</summary>
    public (int Count, long Bytes) Size => threads.Size;

    /// <summary>Remembers a new thread.</summary>
    public void Add(StoredThread thread) => threads.Add(thread);

    /// <summary>Finds a thread.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out StoredThread? thread)
    {
        thread = threads.TryGet(id, out var known) ? known.At(time.GetUtcNow()) : null;
        return thread is not null;
    }

    /// <summary>Changes a thread, or says why not; neither where it is unknown.</summary>
    public (StoredThread? Thread, ApiError? Fault) Change(string id, Func<StoredThread, (StoredThread? Thread, ApiError? Fault)> change)
    {
        ApiError? fault = null;
        var changed = threads.Change(id, thread =>
        {
            (var next, fault) = change(thread.At(time.GetUtcNow()));
            return next;
        });
        return (changed, fault);
    }

    /// <summary>Changes a run where its state allows it.</summary>
    /// <param name="threadId">The thread.</param>
    /// <param name="runId">The run.</param>
    /// <param name="change">Gives the next state of the run; null: there is none.</param>
    /// <param name="messages">What the run adds to the thread at the same time.</param>
    /// <returns>The thread; null where nothing changed.</returns>
    public StoredThread? ChangeRun(string threadId, string runId, Func<StoredRun, StoredRun?> change, params IReadOnlyCollection<MessageBody> messages) =>
        Change(threadId, thread => (thread.Run(runId) is { } run && change(run) is { } next ? thread.Add(messages).With(next) : null, null)).Thread;

    /// <summary>Forgets a thread, and stops its run.</summary>
    public bool Remove(string id) => threads.Remove(id);

    /// <summary>Forgets everything.</summary>
    public void Clear() => threads.Clear();
}
