namespace SessionAware.Benchmarks;

/// <summary>Why there are no figures, said to the person who wanted them.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
