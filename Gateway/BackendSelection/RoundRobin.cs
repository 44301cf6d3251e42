namespace SessionAware.Gateway.BackendSelection;

/// <summary>One pool's turn.</summary>
internal sealed class RoundRobin
{
    private uint _next;

    /// <summary>The index whose turn it is, out of <paramref name="count"/>.</summary>
    public int Next(int count) => (int)((Interlocked.Increment(ref _next) - 1) % (uint)count);
}
