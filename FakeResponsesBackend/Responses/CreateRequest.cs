namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>A checked <c>POST /responses</c>: what the region acts on or echoes.</summary>
public sealed record CreateRequest
{
    /// <summary>The deployment.</summary>
    public required string Model { get; init; }

    /// <summary>New messages of this turn.</summary>
    public required IReadOnlyList<InputMessage> Input { get; init; }

    /// <summary>Instructions for this turn alone.</summary>
    public string? Instructions { get; init; }

    /// <summary>The response to continue.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>Whether the region keeps the response; default true.</summary>
    public bool Store { get; init; } = true;

    /// <summary>Whether the answer is a stream of events.</summary>
    public bool Stream { get; init; }

    /// <summary>Whether deltas are padded against traffic analysis; default true.</summary>
    public bool IncludeObfuscation { get; init; } = true;

    /// <summary>Limit of the output in tokens, at least 16.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Echoed.</summary>
    public int? MaxToolCalls { get; init; }

    /// <summary>Echoed; 0 to 2.</summary>
    public double? Temperature { get; init; } = 1.0;

    /// <summary>Echoed; 0 to 1.</summary>
    public double? TopP { get; init; } = 1.0;

    /// <summary>Echoed.</summary>
    public bool ParallelToolCalls { get; init; } = true;

    /// <summary>Echoed.</summary>
    public string? PromptCacheKey { get; init; }

    /// <summary>Echoed.</summary>
    public string? PromptCacheRetention { get; init; }

    /// <summary>Echoed.</summary>
    public string? SafetyIdentifier { get; init; }

    /// <summary>Echoed.</summary>
    public string Truncation { get; init; } = "disabled";

    /// <summary>Echoed.</summary>
    public string Verbosity { get; init; } = "medium";

    /// <summary>Echoed.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
