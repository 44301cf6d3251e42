namespace SessionAware.Gateway.Pools;

/// <summary>Azure writes a region's name in two ways.</summary>
internal static class RegionNames
{
    /// <summary>"East US 2" as <c>eastus2</c>, which is how it is written everywhere here.</summary>
    public static string Shorten(string region) => region.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
