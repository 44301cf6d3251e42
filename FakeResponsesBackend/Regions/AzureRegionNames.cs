namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Azure's display names, which the service states in <c>x-ms-region</c> although everybody else uses the short name.</summary>
internal static class AzureRegionNames
{
    private static readonly Dictionary<string, string> s_displayNames = new[]
    {
        "Australia East", "Brazil South", "Canada Central", "Canada East", "Central India", "Central US", "East Asia", "East US", "East US 2",
        "France Central", "Germany West Central", "Italy North", "Japan East", "Japan West", "Korea Central", "North Central US", "North Europe",
        "Norway East", "Poland Central", "South Africa North", "South Central US", "South India", "Southeast Asia", "Spain Central", "Sweden Central",
        "Switzerland North", "Switzerland West", "UAE North", "UK South", "UK West", "West Central US", "West Europe", "West US", "West US 2", "West US 3",
    }.ToDictionary(name => name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant());

    /// <summary>The display name of a short one; a name that Azure does not have is its own.</summary>
    public static string Display(string name) => s_displayNames.GetValueOrDefault(name, name);
}
