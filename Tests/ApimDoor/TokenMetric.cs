namespace SessionAware.Tests.ApimDoor;

/// <summary>A metric of tokens that a policy has emitted.</summary>
public sealed record TokenMetric(string Namespace, IReadOnlyDictionary<string, string?> Dimensions);
