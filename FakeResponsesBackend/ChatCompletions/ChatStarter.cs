using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Prepares a completion: ① deployment ② prompt and its tokens ③ quota ④ answer.</summary>
internal sealed class ChatStarter(DeploymentCatalog catalog, RegionModel model, PromptCache cache, IOptions<RegionOptions> region, TimeProvider time)
{
    /// <summary>Prepares a completion, or says why there is none.</summary>
    public (ChatTurn? Turn, ApiError? Fault) Start(ChatRequest request)
    {
        var flavor = region.Value.Flavor;
        if (!catalog.TryFind(request.Model, out var deployment))
            return (null, flavor == ApiFlavor.Azure ? ApiErrors.DeploymentNotFound() : ChatErrors.ModelNotFound(request.Model));
        if (ChatModelFit.Fault(request, deployment) is { } misfit)
            return (null, misfit);
        var promptTokens = ChatTokens.OfPrompt(request);
        if (promptTokens > deployment.ContextTokens)
            return (null, ChatErrors.ContextLengthExceeded(deployment.ContextTokens, promptTokens));
        var (rateLimit, throttled) = catalog.Admit(deployment, promptTokens);
        if (throttled is not null)
            return (null, throttled);

        IReadOnlyList<Item> items = [.. request.Messages.SelectMany(message => message.Items)];
        var answer = model.Answer(new ModelPrompt
        {
            Model = deployment.Name,
            Items = items,
            Tools = request.Tools,
            ToolChoice = request.ToolChoice,
            ParallelToolCalls = request.ParallelToolCalls,
            Format = request.Format,
        });
        var plan = ChatPlan.Of(request, answer.Drafts, ReasoningEffort.Tokens(deployment.EffortOf(request.ReasoningEffort)));
        return (new ChatTurn
        {
            Request = request,
            Plan = plan,
            Flavor = flavor,
            Deployment = deployment,
            Id = ResourceId.NewCompletionId(),
            Created = time.GetUtcNow().ToUnixTimeSeconds(),
            Fingerprint = Fingerprint($"{region.Value.Name}\n{deployment.DatedName}"),
            Usage = ChatUsage.Of(promptTokens, ReadCache(request, deployment, items, promptTokens), plan.Tokens, plan.ReasoningTokens),
            RateLimit = rateLimit,
            Delay = answer.Delay,
        }, null);
    }

    /// <summary>A conversation is sent whole each time: the cache finds how much of it was sent before.</summary>
    private int ReadCache(ChatRequest request, Deployment deployment, IReadOnlyList<Item> items, int promptTokens)
    {
        var tools = JsonSerializer.Serialize(request.Tools, WireJson.Default.IReadOnlyListTool);
        var head = $"chat\n{deployment.Name}\n{request.PromptCacheKey}\n{tools}";
        return cache.Read(head, promptTokens - items.Sum(ItemTokens.Of), History.Empty, items, request.PromptCacheRetention == "24h");
    }

    private static string Fingerprint(string configuration)
    {
        const int Digits = 10;
        return $"fp_{XxHash3.HashToUInt64(MemoryMarshal.AsBytes(configuration.AsSpan())).ToString("x16", provider: null)[..Digits]}";
    }
}
