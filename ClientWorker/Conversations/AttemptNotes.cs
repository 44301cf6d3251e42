using System.ClientModel.Primitives;

namespace SessionAware.ClientWorker.Conversations;

/// <summary>Notes what each attempt of a client was answered: its own retries hide the refusals from whoever calls it.</summary>
internal sealed class AttemptNotes : PipelinePolicy
{
    private readonly List<int> _statuses = [];

    /// <summary>The statuses that the client retried, since they were taken last.</summary>
    public IReadOnlyList<int> TakeRetried()
    {
        IReadOnlyList<int> retried = [.. _statuses.SkipLast(1)];
        _statuses.Clear();
        return retried;
    }

    /// <inheritdoc/>
    public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        ProcessNext(message, pipeline, currentIndex);
        _statuses.Add(message.Response!.Status);
    }

    /// <inheritdoc/>
    public override async ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
    {
        await ProcessNextAsync(message, pipeline, currentIndex);
        _statuses.Add(message.Response!.Status);
    }
}
