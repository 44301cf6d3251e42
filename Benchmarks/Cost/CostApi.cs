namespace SessionAware.Benchmarks.Cost;

/// <summary>One API of the repository's pools.</summary>
internal sealed record CostApi(string Name, string Path);
