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

    /// <summary>Tokens instead of keys; no key is taken where it names an issuer.</summary>
    [ValidateObjectMembers]
    public EntraOptions Entra { get; set; } = new();

    /// <summary>What clients may name as <c>model</c>. Default: one <c>gpt-4o-mini</c>.</summary>
    [ValidateEnumeratedItems]
    public IList<Deployment> Deployments { get; } = [];

    /// <summary>How many responses the region remembers, and again conversations, threads, assistants; the oldest are forgotten first. Default 100,000, at least 1.</summary>
    [Range(1, 10_000_000, ErrorMessage = "Region:MaxStoredResponses must be between 1 and 10000000.")]
    public int MaxStoredResponses { get; set; } = 100_000;

    /// <summary>Largest request body in bytes. Default 64 MiB, at least 1 KiB.</summary>
    [Range(1024, int.MaxValue, ErrorMessage = "Region:MaxRequestBodyBytes must be between 1024 and 2147483647.")]
    public int MaxRequestBodyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most bytes of remembered responses, and again of conversations, of threads, of assistants; the oldest are forgotten first. Default 1 GiB, at least 1 MiB. Estimated: two bytes a character and what stands around them.</summary>
    [Range(1024 * 1024, long.MaxValue, ErrorMessage = "Region:MaxStoredBytes must be at least 1048576.")]
    public long MaxStoredBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>Where randomness begins: shares of faults, jitter of latency. Default 0.</summary>
    public int Seed { get; set; }

    /// <summary>Time to the model's first token. Default none, at most an hour.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Region:FirstToken must be a time between 00:00:00 and 01:00:00, such as 00:00:00.300.")]
    public TimeSpan FirstToken { get; set; }

    /// <summary>Speed after the first token, in tokens a second; 0, the default: all at once.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Region:TokensPerSecond must be between 0 (all at once) and 1000000.")]
    public double TokensPerSecond { get; set; }

    /// <summary>How far each wait strays, as a share of it. Default 0, at most 1.</summary>
    [Range(0.0, 1.0, ErrorMessage = "Region:Jitter must be between 0 and 1.")]
    public double Jitter { get; set; }

    /// <summary>Whether requests beyond a deployment's capacity are refused with 429, instead of being counted in the headers only. Default false.</summary>
    public bool EnforceRateLimits { get; set; }

    /// <summary>Whether streams of responses end with <c>data: [DONE]</c>, which the service does not send. Default false.</summary>
    public bool SendDone { get; set; }

    /// <summary>A file of scripted answers, <c>rules.json</c>; none by default.</summary>
    public string? RulesFile { get; set; }

    /// <summary>How many requests the journal keeps. Default 1000, at most 100,000.</summary>
    [Range(0, 100_000, ErrorMessage = "Region:JournalEntries must be between 0 and 100000.")]
    public int JournalEntries { get; set; } = 1000;

    /// <summary>A file that gets one JSON line for each request before the region acts on it; none by default.</summary>
    public string? JournalFile { get; set; }
}
