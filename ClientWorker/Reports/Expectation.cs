namespace SessionAware.ClientWorker.Reports;

/// <summary>Something that should come out of the lab, and whether it did.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Held">Whether it did; null where every run that could tell was skipped.</param>
public sealed record Expectation(string Name, bool? Held);
