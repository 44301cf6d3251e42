using System.ComponentModel.DataAnnotations;

namespace SessionAware.Gateway;

/// <summary>Settings of the gateway process, section <c>Gateway</c>; what it balances is in <c>pools.json</c>.</summary>
public sealed class GatewayOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Gateway";

    // Regular expressions pass what is empty.
    private const string AdminKeyFault = "Gateway:AdminKey must have at least 16 characters, all printable ASCII without spaces; leave it out to have none.";

    /// <summary>The pools file; a relative path is looked up in the working directory, then beside the program. Default <c>pools.json</c>.</summary>
    [Required(ErrorMessage = "Gateway:PoolsFile must name a file.")]
    public string PoolsFile { get; set; } = "pools.json";

    /// <summary>Largest request body in bytes; a larger one is 413 <c>request_too_large</c>. Default 64 MiB, 1 KiB to 2 GB: bodies that are read for their keys are read whole.</summary>
    [Range(1024, 2_000_000_000, ErrorMessage = "Gateway:MaxRequestBodyBytes must be between 1024 and 2000000000.")]
    public long MaxRequestBodyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How long a backend may send nothing before the request is given up. Default 10 minutes: a model may think that long before its next event.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00", ErrorMessage = "Gateway:ActivityTimeout must be between 00:00:00.100 and 1.00:00:00.")]
    public TimeSpan ActivityTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>How long connecting to a backend may take. Default 10 seconds.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00", ErrorMessage = "Gateway:ConnectTimeout must be between 00:00:00.100 and 00:05:00.")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A directory for the keys that seal affinity cookies. Replicas must share it, or they can't read each other's cookies. Default: the user's profile.
    /// </summary>
    public string? CookieKeysDirectory { get; set; }

    /// <summary>
    /// On Linux, whether the process's threads finish what they are at before another that wakes has their core (SCHED_BATCH): more requests on a busy core. Default
    /// true. Read once, at start, from the environment and the command line, and not by Standalone, which shares its process.
    /// </summary>
    public bool BatchScheduling { get; set; } = true;

    /// <summary>The key of <c>/admin</c>, sent as <c>x-admin-key</c>. Default none: in Development nobody needs one, elsewhere <c>/admin</c> is closed.</summary>
    [RegularExpression("^[!-~]{16,}$", ErrorMessage = AdminKeyFault)]
    [MinLength(1, ErrorMessage = AdminKeyFault)]
    public string? AdminKey { get; set; }
}
