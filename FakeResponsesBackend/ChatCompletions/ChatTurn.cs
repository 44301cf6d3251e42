using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>One completion while it is made: what it was asked, what it will say, and how its service shows it.</summary>
internal sealed class ChatTurn
{
    private static readonly FilterVerdict s_safe = new(Filtered: false) { Severity = "safe" };

    private static readonly Dictionary<string, FilterVerdict> s_safeText =
        new() { ["hate"] = s_safe, ["self_harm"] = s_safe, ["sexual"] = s_safe, ["violence"] = s_safe };

    private static readonly IReadOnlyList<PromptFilterResult> s_safePrompt =
    [
        new(0, new Dictionary<string, FilterVerdict>
        {
            ["hate"] = s_safe, ["jailbreak"] = new(Filtered: false) { Detected = false }, ["self_harm"] = s_safe, ["sexual"] = s_safe, ["violence"] = s_safe,
        }),
    ];

    /// <summary>The request.</summary>
    public required ChatRequest Request { get; init; }

    /// <summary>What the model will say.</summary>
    public required ChatPlan Plan { get; init; }

    /// <summary>Whose dialect is spoken.</summary>
    public required ApiFlavor Flavor { get; init; }

    /// <summary>Who was asked.</summary>
    public required Deployment Deployment { get; init; }

    /// <summary><c>chatcmpl-…</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Unix seconds.</summary>
    public required long Created { get; init; }

    /// <summary><c>fp_…</c>.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Tokens.</summary>
    public required ChatUsage Usage { get; init; }

    /// <summary>What this turn left of the deployment's quota.</summary>
    public required RateLimitReading RateLimit { get; init; }

    /// <summary>How long the model waits before it begins.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The tier, which Azure does not state.</summary>
    public string? ServiceTier => IsAzure ? null : Request.ServiceTier is null or "auto" ? "default" : Request.ServiceTier;

    /// <summary>Azure's verdict on the prompt.</summary>
    public IReadOnlyList<PromptFilterResult>? PromptFilterResults => IsAzure ? s_safePrompt : null;

    private bool IsAzure => Flavor == ApiFlavor.Azure;

    /// <summary>Azure's verdict on what was said, which calls have none of.</summary>
    public IReadOnlyDictionary<string, FilterVerdict>? ContentFilterResults(bool hasText) => !IsAzure ? null : hasText ? s_safeText : [];

    /// <summary>Log probabilities of tokens of the text or of the refusal, as far as they are asked for; null tokens: of neither.</summary>
    public Present<ChatLogprobs>? Logprobs(IReadOnlyList<string>? tokens)
    {
        if (Deployment.Reasons && !IsAzure)
            return null;
        if (!Request.Logprobs || tokens is null)
            return new(null);
        List<ChatTokenLogprob> sure = [.. tokens.Select(token => ChatTokenLogprob.Of(token, Request.TopLogprobs ?? 0))];
        return new(Plan.Refusal is null ? new(sure, null) : new(null, sure));
    }

    /// <summary>The whole completion.</summary>
    public ChatCompletion Complete() => new()
    {
        Id = Id,
        Created = Created,
        Model = Deployment.DatedName,
        Choices =
        [
            new()
            {
                Message = new()
                {
                    Content = Plan.Content is { } content ? string.Concat(content) : null,
                    Refusal = Plan.Refusal is { } refusal ? string.Concat(refusal) : null,
                    ToolCalls = Plan.Calls.Count > 0 ? [.. Plan.Calls.Select(Whole)] : null,
                    Annotations = IsAzure ? null : [],
                },
                Logprobs = Logprobs(Plan.Content ?? Plan.Refusal),
                FinishReason = Plan.FinishReason,
                ContentFilterResults = ContentFilterResults(hasText: Plan.Calls.Count == 0),
            },
        ],
        PromptFilterResults = PromptFilterResults,
        Usage = Usage,
        ServiceTier = ServiceTier,
        SystemFingerprint = Fingerprint,
    };

    private static ChatToolCall Whole(PlannedCall call) => new() { Id = call.Id, Type = "function", Function = new(call.Name, string.Concat(call.Deltas)) };
}
