using System.Globalization;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Which parameters a model takes: sampling and the older limit belong to models that do not reason, effort to the others.</summary>
internal static class ChatModelFit
{
    /// <summary>The first parameter that the deployment's model does not take.</summary>
    public static ApiError? Fault(ChatRequest request, Deployment deployment) => (deployment.Reasons, request) switch
    {
        (true, { MaxTokens: not null }) => ChatErrors.OldLimit(),
        (true, { Temperature: { } temperature and not 1 }) => ChatErrors.OnlyDefault("temperature", temperature.ToString(CultureInfo.InvariantCulture), "1"),
        (true, { TopP: not null }) => ChatErrors.Unsupported("top_p"),
        (true, { FrequencyPenalty: not null }) => ChatErrors.Unsupported("frequency_penalty"),
        (true, { PresencePenalty: not null }) => ChatErrors.Unsupported("presence_penalty"),
        (true, { Logprobs: true }) => ChatErrors.Unsupported("logprobs"),
        (true, { Stop.Count: > 0 }) => ChatErrors.Unsupported("stop"),
        (false, { ReasoningEffort: not null }) => ChatErrors.UnrecognizedArguments(["reasoning_effort"]),
        _ => null,
    };
}
