using System.ComponentModel.DataAnnotations;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>One model deployment of the region: what a client names as <c>model</c>.</summary>
public sealed class Deployment
{
    /// <summary>The deployment's name. Default <c>gpt-4o-mini</c>.</summary>
    [Required(ErrorMessage = "Region:Deployments:n:Name must not be empty.")]
    public string Name { get; set; } = "gpt-4o-mini";

    /// <summary>The model behind it. Default: the deployment's name.</summary>
    public string? Model { get; set; }

    /// <summary>The model's version, a date. Default <c>2024-07-18</c>.</summary>
    public string Version { get; set; } = "2024-07-18";

    /// <summary>Quota in thousands of tokens a minute, as Azure counts capacity; null: unlimited.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Region:Deployments:n:Capacity must be between 1 and 1000000 (thousands of tokens a minute).")]
    public int? Capacity { get; set; }

    /// <summary>The dated name that api.openai.com echoes, <c>gpt-4o-mini-2024-07-18</c>.</summary>
    public string DatedName => $"{Model ?? Name}-{Version}";
}
