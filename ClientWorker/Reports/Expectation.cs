namespace SessionAware.ClientWorker.Reports;

/// <summary>Something that should come out of the lab, and whether it did.</summary>
public sealed record Expectation(string Name, bool Held);
