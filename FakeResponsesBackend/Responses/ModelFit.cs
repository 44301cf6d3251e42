using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Which parameters a model takes: those of sampling belong to models that do not reason, those of reasoning to the others.</summary>
internal static class ModelFit
{
    /// <summary>The first parameter that the deployment's model does not take.</summary>
    public static ApiError? Fault(CreateRequest request, Deployment deployment) => deployment.Reasons switch
    {
        true when request.Temperature is not null => ApiErrors.UnsupportedParameter("temperature"),
        true when request.TopP is not null => ApiErrors.UnsupportedParameter("top_p"),
        true when request.TopLogprobs > 0 => ApiErrors.UnsupportedParameter("top_logprobs"),
        false when request.Reasoning.Effort is not null => ApiErrors.UnsupportedParameter("reasoning.effort"),
        false when request.Reasoning.Summary is not null => ApiErrors.UnsupportedParameter("reasoning.summary"),
        _ => null,
    };
}
