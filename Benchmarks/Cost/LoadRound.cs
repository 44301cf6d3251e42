namespace SessionAware.Benchmarks.Cost;

/// <summary>What one round told of one target.</summary>
/// <param name="RequestsPerSecond">How many turns were answered in a second.</param>
/// <param name="MedianMicroseconds">How long half of the turns took at most.</param>
/// <param name="ProcessorMicroseconds">The proxy's processor time for one turn. Who else works on the machine changes it least.</param>
internal sealed record LoadRound(double RequestsPerSecond, double MedianMicroseconds, double ProcessorMicroseconds);
