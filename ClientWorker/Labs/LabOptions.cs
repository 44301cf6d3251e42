using System.ComponentModel.DataAnnotations;
using SessionAware.ServiceDefaults;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Settings of the lab, section <c>Lab</c>.</summary>
public sealed class LabOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Lab";

    /// <summary>
    /// The root address of the gateway, or of API Management before it. Default <c>http://localhost:5080</c>; against Azure there is none.
    /// <see cref="LabTargetValidation"/> knows what it must be.
    /// </summary>
    [Required(ErrorMessage = "Lab:GatewayUrl must be the gateway's address.")]
    public Uri GatewayUrl { get; set; } = new("http://localhost:5080");

    /// <summary>
    /// The key, sent as <c>api-key</c>: what the regions accept, or API Management's subscription key. Default: the emulated regions' own; against Azure there is
    /// none, but for a gateway on this machine.
    /// </summary>
    [Required(ErrorMessage = "Lab:ApiKey must not be empty.")]
    [RegularExpression("^[!-~]+$", ErrorMessage = "Lab:ApiKey must be printable ASCII without spaces: no header could carry it.")]
    public string ApiKey { get; set; } = "local-key";

    /// <summary>The deployment to talk to. Default <c>gpt-4o-mini</c>.</summary>
    [Required(ErrorMessage = "Lab:Model must not be empty.")]
    public string Model { get; set; } = "gpt-4o-mini";

    /// <summary>Conversations for each API, half of them streamed. Default 20, at least 4.</summary>
    [Range(4, 10_000, ErrorMessage = "Lab:Conversations must be between 4 and 10000.")]
    public int Conversations { get; set; } = 20;

    /// <summary>Turns of each conversation: the first tells, the last asks. Default 4, at least 2.</summary>
    [Range(2, 1000, ErrorMessage = "Lab:Turns must be between 2 and 1000.")]
    public int Turns { get; set; } = 4;

    /// <summary>
    /// Conversations held at the same time. Default 1: held side by side, as many as a round-robin pool has backends would move in step and each meet
    /// its own region again by luck. Set a number that the backends don't divide to shorten the lab against a slow model.
    /// </summary>
    [Range(1, 256, ErrorMessage = "Lab:Concurrency must be between 1 and 256.")]
    public int Concurrency { get; set; } = 1;

    /// <summary>
    /// The folder whose <c>node_modules</c> has the official npm client, <c>openai</c>; a relative path counts from the working directory. Default
    /// <c>Tests/NodeClient</c>. Where it has none, what it would have shown is skipped.
    /// </summary>
    public string NodeClient { get; set; } = "Tests/NodeClient";

    /// <summary>Whether faults are ordered at the emulated regions, for the runs that show what becomes of conversations then. Default true.</summary>
    public bool Faults { get; set; } = true;

    /// <summary>
    /// The emulated regions behind the gateway: each one's root address by its backend's name in <c>pools.json</c>. Default none: real deployments take no
    /// orders, and the runs that need faults are skipped.
    /// </summary>
    public IDictionary<string, Uri> Regions { get; } = new Dictionary<string, Uri>(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the gateway stands before: <see cref="DeploymentTargets.Setting"/>, the setting of all programs.</summary>
    public DeploymentTarget Target { get; internal set; }

    /// <summary>The gateway's session store, as the report says it. Default <c>sqlite</c>.</summary>
    [Required(ErrorMessage = "Lab:Store must not be empty.")]
    public string Store { get; set; } = "sqlite";

    /// <summary>Where the report goes; empty: no report. Default <c>lab-report.json</c> in the working directory.</summary>
    public string Report { get; set; } = "lab-report.json";

    /// <summary>The address that is talked to, without a trailing slash.</summary>
    internal string Address => GatewayUrl.AbsoluteUri.TrimEnd('/');

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Regions
        .Where(region => region.Value is not { IsAbsoluteUri: true, Scheme: "http" or "https", Query: "" })
        .Select(region => new ValidationResult($"Lab:Regions:{region.Key} is '{region.Value}': it must be the root address of an emulated region, for example http://localhost:5081.", [nameof(Regions)]));
}
