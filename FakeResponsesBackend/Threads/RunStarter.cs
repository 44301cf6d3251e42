using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Makes assistants and queued runs out of requests: which deployment, whose settings, from when to when.</summary>
internal sealed class RunStarter(
    ThreadLookup lookup, DeploymentCatalog catalog, IOptions<RegionOptions> region, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private readonly bool _isAzure = region.Value.Flavor == ApiFlavor.Azure;

    /// <summary>An assistant, or why there is none.</summary>
    public (StoredAssistant? Assistant, ApiError? Fault) Assistant(AssistantRequest request)
    {
        var settings = request.Settings;
        if (Misfit(settings.Model!, settings.ReasoningEffort) is { } misfit)
            return (null, misfit);
        var format = settings.Format ?? AnswerFormat.Auto;
        var body = new AssistantBody
        {
            Id = ResourceId.Opaque(ThreadIds.Assistant),
            CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
            Name = request.Name,
            Description = request.Description,
            Model = settings.Model!,
            Instructions = settings.Instructions,
            Tools = settings.Tools ?? [],
            TopP = settings.TopP ?? 1.0m,
            Temperature = settings.Temperature ?? 1.0m,
            ReasoningEffort = Echo(settings.ReasoningEffort),
            Metadata = settings.Metadata,
            ResponseFormat = format.Echo,
        };
        return (new(body, format.Format, settings.ReasoningEffort), null);
    }

    /// <summary>A queued run, or why there is none. It is not stored and nothing works for it yet.</summary>
    public (StoredRun? Run, ApiError? Fault) Run(string threadId, RunRequest request, RunLifetime allowed)
    {
        if (!lookup.TryGetAssistant(request.AssistantId, out var assistant, out var unknown))
            return (null, unknown);
        var (settings, defaults) = (request.Settings, assistant.Body);
        var (model, effort, tools) = (settings.Model ?? defaults.Model, settings.ReasoningEffort ?? assistant.Effort, settings.Tools ?? defaults.Tools);
        if ((Misfit(model, effort) ?? AgentToolReader.Misfit(request.Choice, tools)) is { } misfit)
            return (null, misfit);

        var at = time.GetUtcNow().ToUnixTimeSeconds();
        var body = new RunBody
        {
            Id = ResourceId.Opaque(ThreadIds.Run),
            CreatedAt = at,
            AssistantId = assistant.Id,
            ThreadId = threadId,
            Status = RunStatus.Queued,
            ExpiresAt = at + (long)allowed.Working.TotalSeconds,
            Model = model,
            Instructions = Join(settings.Instructions ?? defaults.Instructions, request.AdditionalInstructions),
            Tools = tools,
            Metadata = settings.Metadata,
            Temperature = settings.Temperature ?? defaults.Temperature,
            TopP = settings.TopP ?? defaults.TopP,
            ReasoningEffort = Echo(effort),
            MaxCompletionTokens = request.MaxCompletionTokens,
            MaxPromptTokens = request.MaxPromptTokens,
            TruncationStrategy = request.Truncation,
            ResponseFormat = settings.Format?.Echo ?? defaults.ResponseFormat,
            ToolChoice = request.Choice.Echo,
            ParallelToolCalls = request.ParallelToolCalls,
        };
        return (new StoredRun
        {
            Body = body,
            Format = settings.Format?.Format ?? assistant.Format,
            Choice = request.Choice,
            Effort = effort,
            Lifetime = allowed,
            Work = NewWork(request.Stream),
            Spent = Usage(0, 0, 0, 0),
        }, null);
    }

    /// <summary>A stretch of work for a run.</summary>
    public RunWork NewWork(bool isRead) => new(lifetime.ApplicationStopping) { IsRead = isRead };

    /// <summary>The work of ending what is being cancelled.</summary>
    public RunWork HandOn(RunWork cancelled) => cancelled.HandOn(lifetime.ApplicationStopping);

    /// <summary>Usage as this region's flavour shows it.</summary>
    public RunUsage Usage(int prompt, int cached, int completion, int reasoning) => new(prompt, completion, new(cached), _isAzure ? null : new(reasoning));

    private ApiError? Misfit(string model, string? effort)
    {
        if (!catalog.TryFind(model, out var deployment))
            return _isAzure ? ApiErrors.DeploymentNotFound() : ApiErrors.ModelNotFound(model);
        return effort is not null && !deployment.Reasons ? ParameterErrors.Unsupported("reasoning_effort") : null;
    }

    private JsonElement? Echo(string? effort) => _isAzure ? null : effort is null ? ThreadJson.Null : JsonSerializer.SerializeToElement(effort, Responses.WireJson.Default.String);

    private static string? Join(string? instructions, string? additional) =>
        string.IsNullOrEmpty(additional) ? instructions : string.IsNullOrEmpty(instructions) ? additional : $"{instructions}\n{additional}";
}
