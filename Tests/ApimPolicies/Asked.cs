namespace SessionAware.Tests.ApimPolicies;

/// <summary>What a backend was asked.</summary>
public sealed record Asked(string Backend, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
