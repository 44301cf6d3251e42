using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>
/// The faults in force, and a queue of faults for one request each. A request takes the first of the queue that is meant for it, else every fault in
/// force that is meant for it. Shares follow <see cref="RegionOptions.Seed"/>.
/// </summary>
public sealed class FaultBoard(IOptions<RegionOptions> options)
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _inForce = [];
    private readonly List<Fault> _queue = [];
    private Random _random = new(options.Value.Seed);
    private int _lastId;

    /// <summary>Faults in force, oldest first.</summary>
    public IReadOnlyList<Fault> InForce
    {
        get
        {
            lock (_lock)
                return [.. _inForce];
        }
    }

    /// <summary>Faults that wait for their one request, in order.</summary>
    public IReadOnlyList<Fault> Queue
    {
        get
        {
            lock (_lock)
                return [.. _queue];
        }
    }

    /// <summary>Puts a fault in force.</summary>
    public Fault Add(Fault fault)
    {
        lock (_lock)
        {
            var named = NameNeedsLock(fault);
            _inForce.Add(named);
            return named;
        }
    }

    /// <summary>Queues faults.</summary>
    public IReadOnlyList<Fault> Enqueue(IEnumerable<Fault> faults)
    {
        lock (_lock)
        {
            List<Fault> named = [.. faults.Select(NameNeedsLock)];
            _queue.AddRange(named);
            return named;
        }
    }

    /// <summary>Lifts one fault, in force or queued.</summary>
    /// <returns>False when there is none of that id.</returns>
    public bool Remove(string id)
    {
        lock (_lock)
            return _inForce.RemoveAll(fault => fault.Id == id) + _queue.RemoveAll(fault => fault.Id == id) > 0;
    }

    /// <summary>Lifts every fault and begins the random shares anew.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _inForce.Clear();
            _queue.Clear();
            _random = new(options.Value.Seed);
        }
    }

    /// <summary>The faults that hit a request; each counts it.</summary>
    public IReadOnlyList<Fault> Take(RequestFacts request)
    {
        lock (_lock)
        {
            var next = _queue.FindIndex(fault => fault.IsMeantFor(request));
            if (next >= 0)
            {
                var queued = _queue[next];
                _queue.RemoveAt(next);
                return [queued with { Hits = 1 }];
            }

            List<Fault> hit = [];
            for (var index = 0; index < _inForce.Count; index++)
            {
                var fault = _inForce[index];
                if (fault.Hits >= fault.Count || !fault.IsMeantFor(request) || (fault.Share < 1 && _random.NextDouble() >= fault.Share))
                    continue;
                _inForce[index] = fault with { Hits = fault.Hits + 1 };
                hit.Add(_inForce[index]);
            }

            return hit;
        }
    }

    private Fault NameNeedsLock(Fault fault) => fault with { Id = $"fault_{++_lastId}", Hits = 0 };
}
