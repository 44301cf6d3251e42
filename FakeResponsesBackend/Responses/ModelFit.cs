using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Which parameters a model takes: those of sampling belong to models that do not think, those of reasoning to the others.</summary>
internal static class ModelFit
{
    /// <summary>The first parameter that the deployment's model does not take.</summary>
    public static ApiError? Fault(CreateRequest request, Deployment deployment, ApiFlavor flavor)
    {
        if (request.HostedTool is { } hosted)
            return InputErrors.HostedToolNotSupported(hosted, deployment.DatedName);
        if (request.PromptCacheRetention == "in_memory" && deployment.CacheRetention(flavor) == "24h")
            return ApiErrors.OnlyLongCaching();
        return deployment.Reasons ? OfReasoning(request, deployment) : OfSampling(request);
    }

    private static ApiError? OfReasoning(CreateRequest request, Deployment deployment)
    {
        if (request.Reasoning.Effort is { } effort && deployment.Efforts is { } efforts && !efforts.Contains(effort))
            return ParameterErrors.UnsupportedValueForModel("reasoning.effort", effort, deployment.Name, efforts);
        // Without thoughts such a model samples like any other.
        var thinks = deployment.EffortOf(request.Reasoning.Effort) != "none";
        return request switch
        {
            { Temperature: not null } when thinks => ParameterErrors.Unsupported("temperature"),
            { TopP: not null } when thinks => ParameterErrors.Unsupported("top_p"),
            { PresencePenalty: not null } when thinks => ParameterErrors.Unsupported("presence_penalty"),
            { FrequencyPenalty: not null } when thinks => ParameterErrors.Unsupported("frequency_penalty"),
            _ when request.Include.HasFlag(Inclusion.Logprobs) => ApiErrors.LogprobsOfReasoning("include"),
            { TopLogprobs: > 0 } => ApiErrors.LogprobsOfReasoning("top_logprobs"),
            _ => null,
        };
    }

    private static ApiError? OfSampling(CreateRequest request) => request switch
    {
        { Reasoning.Effort: not null } => ParameterErrors.Unsupported("reasoning.effort", "unsupported_parameter"),
        { Reasoning.Summary: not null } => ParameterErrors.Unsupported("reasoning.summary", "unsupported_parameter"),
        { TopLogprobs: > 0 } when !request.Include.HasFlag(Inclusion.Logprobs) => ApiErrors.TopLogprobsWithoutLogprobs(),
        _ => null,
    };
}
