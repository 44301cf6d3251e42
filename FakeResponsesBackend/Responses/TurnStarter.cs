using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Prepares a turn: ① deployment ② history ③ new items ④ prompt and its tokens ⑤ answer ⑥ conversation.</summary>
internal sealed class TurnStarter(
    DeploymentCatalog catalog, ResponseLookup responses, ConversationStore conversations, InputResolver resolver, RegionModel model, PromptCache cache,
    RegionSeal seal, IdLedger ledger, IOptions<RegionOptions> region, TimeProvider time)
{
    /// <summary>Prepares a turn, or says why there is none.</summary>
    /// <param name="request">The checked request.</param>
    /// <param name="local">Finds responses that live outside of the store, such as those of one connection.</param>
    public (ResponseTurn? Turn, ApiError? Fault) Start(CreateRequest request, Func<string, StoredResponse?>? local = null)
    {
        // Taken before the history is read, so that nothing is said in between.
        ConversationLease? lease = null;
        if (request.ConversationId is { } conversation && (lease = conversations.Lease(conversation)) is null && conversations.TryGet(conversation, out _))
            return (null, ApiErrors.ConversationLocked());
        var isStarted = false;
        try
        {
            var (turn, fault) = Start(request, lease, local);
            isStarted = turn is not null;
            return (turn, fault);
        }
        finally
        {
            if (!isStarted)
                lease?.Dispose();
        }
    }

    private (ResponseTurn? Turn, ApiError? Fault) Start(CreateRequest request, ConversationLease? lease, Func<string, StoredResponse?>? local)
    {
        var (prompt, fault) = Prepare(request, local);
        if (prompt is null)
            return (null, fault);
        var (deployment, before, input, inputTokens) = (prompt.Deployment, prompt.Before, prompt.Input, prompt.Tokens);

        var (rateLimit, throttled) = catalog.Admit(deployment, inputTokens);
        if (throttled is not null)
            return (null, throttled);

        var answer = request.Generate ? model.Answer(prompt.Seen) : ModelAnswer.Nothing;
        var effort = deployment.EffortOf(request.Reasoning.Effort);
        List<Draft> drafts = [.. answer.Drafts];
        if (request.Generate && ReasoningEffort.Tokens(effort) > 0 && drafts[0] is not ReasoningDraft)
            drafts.Insert(0, Thoughts.About(prompt.Seen));
        var settings = new OutputSettings(
            request.Include.HasFlag(Inclusion.Logprobs) ? request.TopLogprobs : null,
            ReasoningEffort.Tokens(effort),
            request.Reasoning.Summary is not null,
            seal.Seal,
            request.Tools.Count > 0,
            request.ToolChoice.Forces(request.Tools) is not null,
            drafts.Count(draft => draft is CallDraft or CustomCallDraft) == 1);
        var at = time.GetUtcNow();
        string Mint(string prefix) => ResourceId.Mint(prefix, prompt.Partition, request.Store, at);
        return (new ResponseTurn
        {
            Request = request,
            Deployment = deployment,
            Before = before,
            Input = input,
            Output = OutputPlan.Of(drafts, settings, request.MaxOutputTokens, Mint),
            Begun = Begin(request, Mint(ResourceId.Response), deployment, effort, at),
            Conversation = lease,
            InputTokens = inputTokens,
            CachedTokens = cache.Read(prompt.Head, prompt.HeadTokens, before, input, request.PromptCacheRetention == "24h"),
            RateLimit = rateLimit,
            Delay = answer.Delay,
        }, null);
    }

    /// <summary>Puts the prompt together as far as its tokens can be counted.</summary>
    public (PreparedPrompt? Prompt, ApiError? Fault) Prepare(CreateRequest request, Func<string, StoredResponse?>? local = null)
    {
        if (!catalog.TryFind(request.Model, out var deployment))
            return (null, region.Value.Flavor == ApiFlavor.Azure ? ApiErrors.DeploymentNotFound() : ApiErrors.ModelNotFound(request.Model));

        // Items that a caller sends back bring their chain's partition along.
        var (before, partition) = (History.Empty, ResourceId.InheritedPartition(request.Input.Select(entry => entry.Reference ?? entry.Item!.Id)) ?? ResourceId.NewPartition());
        if (request.ConversationId is { } conversationId)
        {
            var isKnown = conversations.TryGet(conversationId, out var conversation);
            ledger.Asked(conversationId, isKnown);
            if (conversation is null)
                return (null, ApiErrors.ConversationNotFound(conversationId));
            (before, partition) = (conversation.Items, ResourceId.PartitionOfConversation(conversationId));
        }

        if (request.PromptId is { } promptId)
            return (null, InputErrors.PromptNotFound(promptId));
        if (request.PreviousResponseId is { } previousId)
        {
            if ((local?.Invoke(previousId) ?? responses.Continuable(previousId)) is not { } previous)
                return (null, ApiErrors.PreviousResponseNotFound(previousId));
            (before, partition) = (previous.After, ResourceId.PartitionOf(previousId));
        }

        if (ModelFit.Fault(request, deployment, region.Value.Flavor) is { } misfit)
            return (null, misfit);

        var at = time.GetUtcNow();
        var (input, fault) = resolver.Resolve(request.Input, before, prefix => ResourceId.Mint(prefix, partition, request.Store, at));
        if (input is null)
            return (null, fault);

        var headTokens = ItemTokens.PerPrompt
            + (string.IsNullOrEmpty(request.Instructions) ? 0 : ItemTokens.OfText(request.Instructions))
            + ToolTokens.Of(request.Tools, request.ToolChoice, request.Text.Format);
        var window = new ContextWindow(deployment.ContextTokens - headTokens);
        IReadOnlyList<Item> items = [.. before.Items(), .. input];
        if (request.Truncation == "auto")
            items = window.Truncate(items);
        else if (!window.Holds(items))
            return (null, ApiErrors.ContextLengthExceeded());

        var seen = new ModelPrompt
        {
            Model = deployment.Name,
            Items = items,
            Instructions = request.Instructions,
            Tools = request.Tools,
            ToolChoice = request.ToolChoice,
            ParallelToolCalls = request.ParallelToolCalls,
            Format = request.Text.Format,
        };
        var head = $"{deployment.Name}\n{request.PromptCacheKey}\n{request.Instructions}\n{JsonSerializer.Serialize(request.Tools, WireJson.Default.IReadOnlyListTool)}";
        return (new(deployment, partition, before, input, seen, head, headTokens, headTokens + items.Sum(ItemTokens.Of)), null);
    }

    private ResponseBody Begin(CreateRequest request, string id, Deployment deployment, string? effort, DateTimeOffset at)
    {
        ResponseBody blank = region.Value.Flavor == ApiFlavor.Azure
            ? new AzureResponseBody { Id = id, CreatedAt = 0, Status = "", Model = "", ServiceTier = "", Store = request.Store }
            : new OpenAIResponseBody { Id = id, CreatedAt = 0, Status = "", Model = "", ServiceTier = "", Store = request.Store };
        return blank with
        {
            CreatedAt = at.ToUnixTimeSeconds(),
            Status = request.Background ? ResponseStatus.Queued : ResponseStatus.InProgress,
            Background = request.Background,
            Conversation = request.ConversationId is { } conversation ? new(conversation) : null,
            FrequencyPenalty = request.FrequencyPenalty ?? 0,
            Instructions = request.Instructions,
            MaxOutputTokens = request.MaxOutputTokens,
            MaxToolCalls = request.MaxToolCalls,
            Model = catalog.Echo(deployment),
            ParallelToolCalls = request.ParallelToolCalls,
            PresencePenalty = request.PresencePenalty ?? 0,
            PreviousResponseId = request.PreviousResponseId,
            PromptCacheKey = request.PromptCacheKey,
            PromptCacheRetention = request.PromptCacheRetention ?? deployment.CacheRetention(region.Value.Flavor),
            Reasoning = new(effort, request.Reasoning.Summary is "auto" ? "detailed" : request.Reasoning.Summary) { Context = deployment.ReasoningContext, Mode = deployment.Reasons ? "standard" : null },
            SafetyIdentifier = request.SafetyIdentifier,
            ServiceTier = request.ServiceTier ?? "auto",
            Temperature = request.Temperature ?? 1.0,
            Text = request.Text,
            ToolChoice = request.ToolChoice.Echo,
            Offered = request.Tools,
            TopLogprobs = request.TopLogprobs,
            TopP = request.TopP ?? deployment.DefaultTopP,
            Truncation = request.Truncation,
            Metadata = request.Metadata,
        };
    }
}

/// <summary>A prompt put together.</summary>
/// <param name="Deployment">Who is asked.</param>
/// <param name="Partition">The part of ids that the whole chain shares.</param>
/// <param name="Before">The history.</param>
/// <param name="Input">The new items, with ids.</param>
/// <param name="Seen">What the model sees.</param>
/// <param name="Head">What stands before the items.</param>
/// <param name="HeadTokens">What that costs.</param>
/// <param name="Tokens">What the whole prompt costs.</param>
internal sealed record PreparedPrompt(
    Deployment Deployment, string Partition, History Before, IReadOnlyList<Item> Input, ModelPrompt Seen, string Head, int HeadTokens, int Tokens);
