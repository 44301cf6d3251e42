using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.BackendSelection;

/// <summary>
/// The members of one priority and whose turn it is, by smooth weighted round-robin (as nginx does it): each member gains its weight at every turn, the
/// one that has most is selected and pays the sum. Nobody is ever ahead of its share by a whole turn, so 30:10 is never thirty in a row.
/// </summary>
public sealed class PriorityGroup
{
    private readonly Lock _lock = new();
    private readonly long[] _credits;

    /// <summary>Members in the order of the file, which decides ties.</summary>
    public PriorityGroup(int priority, IReadOnlyList<PoolMember> members) => (Priority, Members, _credits) = (priority, members, new long[members.Count]);

    /// <summary>Lower goes first.</summary>
    public int Priority { get; }

    /// <summary>At least one.</summary>
    public IReadOnlyList<PoolMember> Members { get; }

    /// <summary>The member whose turn it is among those that <paramref name="mayServe"/>; null where there is none.</summary>
    public BackendModel? Next(Func<BackendModel, bool> mayServe)
    {
        lock (_lock)
        {
            Span<bool> takesPart = stackalloc bool[Members.Count];
            long sum = 0;
            var count = 0;
            for (var index = 0; index < takesPart.Length; index++)
            {
                if (!mayServe(Members[index].Backend))
                    continue;
                takesPart[index] = true;
                sum += Members[index].Weight;
                count++;
            }

            // Only members without any share are left: they share evenly rather than nobody serving.
            var evenly = sum == 0;
            var best = -1;
            for (var index = 0; index < takesPart.Length; index++)
            {
                if (!takesPart[index] || (!evenly && Members[index].Weight == 0))
                    continue;
                _credits[index] += evenly ? 1 : Members[index].Weight;
                if (best < 0 || _credits[index] > _credits[best])
                    best = index;
            }

            if (best < 0)
                return null;
            _credits[best] -= evenly ? count : sum;
            return Members[best].Backend;
        }
    }
}
