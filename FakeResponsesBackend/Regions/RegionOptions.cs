using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Deployments;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Settings of one emulated region, section <c>Region</c>.</summary>
public sealed class RegionOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Region";

    /// <summary>The key that the region accepts when none is set. It protects nothing: the region holds emulated data on loopback.</summary>
    public const string DefaultApiKey = "local-key";

    /// <summary>Azure's short name of the region, lower case without spaces. Default <c>eastus2</c>.</summary>
    [Required, RegularExpression("^[a-z][a-z0-9-]{0,62}$", ErrorMessage = "Region:Name must be a region's short name such as 'eastus2'.")]
    public string Name { get; set; } = "eastus2";

    /// <summary>The dialect of errors and headers. Default <see cref="ApiFlavor.Azure"/>.</summary>
    public ApiFlavor Flavor { get; set; } = ApiFlavor.Azure;

    /// <summary>Keys accepted in <c>api-key</c> or as a bearer token. Default: <see cref="DefaultApiKey"/>.</summary>
    public IList<string> ApiKeys { get; } = [];

    /// <summary>What clients may name as <c>model</c>. Default: one <c>gpt-4o-mini</c>.</summary>
    [ValidateEnumeratedItems]
    public IList<Deployment> Deployments { get; } = [];

    /// <summary>How many responses the region remembers; the oldest are forgotten first. Default 100,000, at least 1.</summary>
    [Range(1, 10_000_000, ErrorMessage = "Region:MaxStoredResponses must be between 1 and 10000000.")]
    public int MaxStoredResponses { get; set; } = 100_000;

    /// <summary>Largest request body in bytes. Default 64 MiB, at least 1 KiB.</summary>
    [Range(1024, int.MaxValue, ErrorMessage = "Region:MaxRequestBodyBytes must be between 1024 and 2147483647.")]
    public int MaxRequestBodyBytes { get; set; } = 64 * 1024 * 1024;
}
