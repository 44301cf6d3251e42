using System.Runtime.CompilerServices;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Events of one response in order, for readers that come at any time and from any event on.</summary>
internal sealed class EventLog
{
    private readonly Lock _lock = new();
    private readonly List<ResponseEvent> _events = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isComplete;

    /// <summary>The number of events so far, which is the sequence number of the next.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _events.Count;
        }
    }

    /// <summary>Adds an event.</summary>
    public void Append(ResponseEvent next)
    {
        lock (_lock)
            _events.Add(next);
        Wake();
    }

    /// <summary>Says that no event follows.</summary>
    public void Complete()
    {
        lock (_lock)
            _isComplete = true;
        Wake();
    }

    /// <summary>Every event after a sequence number, those to come included.</summary>
    public async IAsyncEnumerable<ResponseEvent> ReadAsync(int startingAfter, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Any number may be asked for, the largest too.
        var next = startingAfter + 1L;
        while (true)
        {
            ResponseEvent? found = null;
            Task changed;
            lock (_lock)
            {
                if (next < _events.Count)
                    found = _events[(int)next];
                else if (_isComplete)
                    yield break;
                changed = _changed.Task;
            }

            if (found is null)
            {
                await changed.WaitAsync(cancellationToken);
                continue;
            }

            yield return found;
            next++;
        }
    }

    private void Wake()
    {
        TaskCompletionSource changed;
        lock (_lock)
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.SetResult();
    }
}
