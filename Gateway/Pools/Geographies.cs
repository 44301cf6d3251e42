namespace SessionAware.Gateway.Pools;

/// <summary>Azure's regions by geography, as Azure publishes them: within a geography data stays where its customer expects it.</summary>
internal static class Geographies
{
    private static readonly (string Geography, string[] Regions)[] s_geographies =
    [
        ("asiapacific", ["eastasia", "southeastasia"]),
        ("australia", ["australiacentral", "australiacentral2", "australiaeast", "australiasoutheast"]),
        ("austria", ["austriaeast"]),
        ("belgium", ["belgiumcentral"]),
        ("brazil", ["brazilsouth", "brazilsoutheast"]),
        ("canada", ["canadacentral", "canadaeast"]),
        ("chile", ["chilecentral"]),
        ("china", ["chinaeast", "chinaeast2", "chinaeast3", "chinanorth", "chinanorth2", "chinanorth3"]),
        ("denmark", ["denmarkeast"]),
        ("europe", ["northeurope", "westeurope"]),
        ("france", ["francecentral", "francesouth"]),
        ("germany", ["germanynorth", "germanywestcentral"]),
        ("india", ["centralindia", "indiasouthcentral", "jioindiacentral", "jioindiawest", "southindia", "westindia"]),
        ("indonesia", ["indonesiacentral"]),
        ("israel", ["israelcentral"]),
        ("italy", ["italynorth"]),
        ("japan", ["japaneast", "japanwest"]),
        ("korea", ["koreacentral", "koreasouth"]),
        ("malaysia", ["malaysiawest"]),
        ("mexico", ["mexicocentral"]),
        ("newzealand", ["newzealandnorth"]),
        ("norway", ["norwayeast", "norwaywest"]),
        ("poland", ["polandcentral"]),
        ("qatar", ["qatarcentral"]),
        ("southafrica", ["southafricanorth", "southafricawest"]),
        ("spain", ["spaincentral"]),
        ("sweden", ["swedencentral", "swedensouth"]),
        ("switzerland", ["switzerlandnorth", "switzerlandwest"]),
        ("taiwan", ["taiwannorth", "taiwannorthwest"]),
        ("uae", ["uaecentral", "uaenorth"]),
        ("uk", ["uksouth", "ukwest"]),
        ("us", ["centralus", "eastus", "eastus2", "northcentralus", "southcentralus", "westcentralus", "westus", "westus2", "westus3"]),
        ("usdod", ["usdodcentral", "usdodeast"]),
        ("usgov", ["usgovarizona", "usgovtexas", "usgovvirginia"]),
    ];

    // Throws at the first use if a region stands in two.
    private static readonly Dictionary<string, string> s_byRegion =
        s_geographies.SelectMany(each => each.Regions, (each, region) => (region, each.Geography)).ToDictionary(pair => pair.region, pair => pair.Geography, StringComparer.Ordinal);

    /// <summary>Every region in its short spelling, with its geography.</summary>
    public static IReadOnlyDictionary<string, string> ByRegion => s_byRegion;

    /// <summary>The geography of a region in either of Azure's spellings; null where it is not known.</summary>
    public static string? Of(string? region) => region is null ? null : s_byRegion.GetValueOrDefault(RegionNames.Shorten(region));
}
