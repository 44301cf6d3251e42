using System.ComponentModel.DataAnnotations;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Deployments;

/// <summary>One model deployment of the region: what a client names as <c>model</c>.</summary>
public sealed class Deployment
{
    private const int SmallContext = 128_000;
    private static readonly string[] s_newestEfforts = ["none", "low", "medium", "high", "xhigh", "max"];

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

    /// <summary>The largest prompt in tokens. Default: the model's own, 128,000 where it is not known.</summary>
    [Range(256, 10_000_000, ErrorMessage = "Region:Deployments:n:ContextWindow must be between 256 and 10000000 tokens.")]
    public int? ContextWindow { get; set; }

    /// <summary>Whether the model reasons. Default: yes for the o series and gpt-5.</summary>
    public bool? Reasoning { get; set; }

    /// <summary>The dated name that api.openai.com echoes, <c>gpt-4o-mini-2024-07-18</c>.</summary>
    public string DatedName => $"{ModelName}-{Version}";

    /// <summary>Whether it reasons, set or known.</summary>
    public bool Reasons => Reasoning ?? (ModelName is ['o', >= '0' and <= '9', ..] || ModelName.StartsWith("gpt-5", StringComparison.Ordinal));

    /// <summary>The largest prompt in tokens, set or known.</summary>
    public int ContextTokens => ContextWindow ?? ModelName switch
    {
        var name when name.StartsWith("gpt-4.1", StringComparison.Ordinal) => 1_047_576,
        var name when name.StartsWith("gpt-5", StringComparison.Ordinal) => 272_000,
        ['o', >= '0' and <= '9', ..] => 200_000,
        _ => SmallContext,
    };

    /// <summary>Whose thoughts a reasoning model goes on from; null for one that does not reason.</summary>
    public string? ReasoningContext => !Reasons ? null : ModelName.StartsWith("gpt-5.6", StringComparison.Ordinal) ? "all_turns" : "current_turn";

    /// <summary>Nucleus sampling where the caller says nothing.</summary>
    public double DefaultTopP => IsSecondFifthGeneration ? 0.98 : 1.0;

    /// <summary>Efforts that the model takes, as far as it is known to refuse others; null: all.</summary>
    public IReadOnlyList<string>? Efforts => ModelName.StartsWith("gpt-5.6", StringComparison.Ordinal) ? s_newestEfforts : null;

    /// <summary>How long the prompt cache keeps a prompt where the caller says nothing.</summary>
    public string CacheRetention(ApiFlavor flavor) => flavor == ApiFlavor.OpenAI && IsSecondFifthGeneration ? "24h" : "in_memory";

    private string ModelName => Model ?? Name;

    // gpt-5.1 to gpt-5.4; later ones think unasked again.
    private bool ThinksOnlyIfAsked => ModelName is ['g', 'p', 't', '-', '5', '.', >= '1' and <= '4', ..];

    // gpt-5.2 and later.
    private bool IsSecondFifthGeneration => ModelName.StartsWith("gpt-5.", StringComparison.Ordinal) && !ModelName.StartsWith("gpt-5.1", StringComparison.Ordinal);

    /// <summary>The effort that a request's effort stands for; null for a model that does not reason.</summary>
    public string? EffortOf(string? asked) => Reasons ? asked ?? (ThinksOnlyIfAsked ? "none" : "medium") : null;
}
