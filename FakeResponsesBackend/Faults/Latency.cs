namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>How fast a region answers.</summary>
/// <param name="FirstToken">Time until the model's first token.</param>
/// <param name="TokensPerSecond">Speed after it; 0: all at once.</param>
/// <param name="Jitter">How far each wait strays, as a share of it: 0 never, 0.5 up to half of it more or less.</param>
public sealed record Latency(TimeSpan FirstToken, double TokensPerSecond, double Jitter)
{
    /// <summary>No waiting at all.</summary>
    public static Latency None { get; } = new(TimeSpan.Zero, 0, 0);
}
