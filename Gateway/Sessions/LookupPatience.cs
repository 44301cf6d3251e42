namespace SessionAware.Gateway.Sessions;

/// <summary>How long one request still waits for ids that another replica may be making durable: for all that it names together no longer than for one.</summary>
public sealed class LookupPatience
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(512);

    private TimeSpan _next = TimeSpan.FromMilliseconds(2);

    /// <summary>Takes the next wait; null where there is none left.</summary>
    public TimeSpan? Take()
    {
        if (_next > s_longestWait)
            return null;
        var wait = _next;
        _next *= 2;
        return wait;
    }
}
