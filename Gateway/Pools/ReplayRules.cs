namespace SessionAware.Gateway.Pools;

/// <summary>What a pool does for sessions whose backend cannot serve.</summary>
public sealed record ReplayRules
{
    /// <summary>Whether they are replayed on another backend while theirs is out.</summary>
    public bool OnOutage { get; init; } = true;

    /// <summary>Whether they are while theirs is throttled for longer than <see cref="MaxWait"/>, within <see cref="TokensPerMinute"/>.</summary>
    public bool OnThrottled { get; init; }

    /// <summary>How long a request waits for its own backend. Default 2 seconds.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether a session that has moved returns when its first backend serves again.</summary>
    public bool FailsBack { get; init; }

    /// <summary>Whether its backends keep no state: every request takes the whole history along.</summary>
    public bool Injects { get; init; }

    /// <summary>Tokens of history that throttling may have replayed in a minute, over the whole pool and in each replica. Default 100,000.</summary>
    public long TokensPerMinute { get; init; } = 100_000;
}
