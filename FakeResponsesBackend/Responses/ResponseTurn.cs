using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>One turn while it is made: what it was asked, what it will say, and the response object at each stage.</summary>
internal sealed class ResponseTurn
{
    /// <summary>The request.</summary>
    public required CreateRequest Request { get; init; }

    /// <summary>Who was asked.</summary>
    public required Deployment Deployment { get; init; }

    /// <summary>The history that the model was given, without this turn's input.</summary>
    public required History Before { get; init; }

    /// <summary>This turn's input, with ids.</summary>
    public required IReadOnlyList<Item> Input { get; init; }

    /// <summary>What the model will make.</summary>
    public required IReadOnlyList<OutputPlan> Output { get; init; }

    /// <summary>The response before the model has spoken.</summary>
    public required ResponseBody Begun { get; init; }

    /// <summary>The conversation that it holds while it runs; null outside of one.</summary>
    public ConversationLease? Conversation { get; init; }

    /// <summary>Tokens of the prompt.</summary>
    public required int InputTokens { get; init; }

    /// <summary>Tokens of the prompt that the region had seen before.</summary>
    public required int CachedTokens { get; init; }

    /// <summary>What this turn left of the deployment's quota.</summary>
    public required RateLimitReading RateLimit { get; init; }

    /// <summary>How long the model waits before it begins.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The response's id.</summary>
    public string Id => Begun.Id;

    /// <summary>Whether a limit cut the output short.</summary>
    public bool IsCut => Output.Any(plan => plan.IsCut);

    /// <summary>The state in which the response will end.</summary>
    public string FinalStatus => IsCut ? ResponseStatus.Incomplete : ResponseStatus.Completed;

    /// <summary>What <see cref="Finish"/> made; null while the turn runs.</summary>
    public StoredResponse? Finished { get; private set; }

    /// <summary>The finished response.</summary>
    public StoredResponse Finish(DateTimeOffset at)
    {
        IReadOnlyList<Item> output = [.. Output.Select(plan => plan.Finished)];
        var body = Begun with
        {
            Status = FinalStatus,
            CompletedAt = IsCut ? null : at.ToUnixTimeSeconds(),
            IncompleteDetails = IsCut ? new("max_output_tokens") : null,
            Output = output,
            ServiceTier = Request.ServiceTier is null or "auto" ? "default" : Request.ServiceTier,
            Usage = Usage.Of(InputTokens, CachedTokens, Output.Sum(plan => plan.Tokens), Output.Sum(plan => plan.ReasoningTokens)),
        };
        if (body is AzureResponseBody azure)
            body = azure with { ContentFilters = ContentFilter.Of(Input.Sum(item => item.PlainText.Length), output.Sum(item => item.PlainText.Length)) };
        return Finished = new(body, Before, Input, Before.Append([.. Input, .. output]));
    }

    /// <summary>The response as it stands in a state that has no output: queued, failed, cancelled.</summary>
    public StoredResponse At(string status, ResponseError? error = null) =>
        new(Begun with { Status = status, Error = error }, Before, Input, Before.Append(Input));
}
