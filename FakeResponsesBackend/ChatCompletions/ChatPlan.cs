using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>A message as it will be: its text, its refusal or its calls, in one piece a token, why it ends and what it costs.</summary>
internal sealed record ChatPlan
{
    /// <summary>The tokens of its text; null beside calls and a refusal.</summary>
    public IReadOnlyList<string>? Content { get; init; }

    /// <summary>The tokens of its refusal; null where there is none.</summary>
    public IReadOnlyList<string>? Refusal { get; init; }

    /// <summary>Its calls.</summary>
    public IReadOnlyList<PlannedCall> Calls { get; init; } = [];

    /// <summary><c>stop</c>, <c>length</c> or <c>tool_calls</c>.</summary>
    public required string FinishReason { get; init; }

    /// <summary>What it costs, thoughts included.</summary>
    public required int Tokens { get; init; }

    /// <summary>What its thoughts cost.</summary>
    public required int ReasoningTokens { get; init; }

    /// <summary>Plans what the model drafted, up to the caller's limit and stops.</summary>
    public static ChatPlan Of(ChatRequest request, IEnumerable<Draft> drafts, int reasoningTokens)
    {
        var limit = request.MaxCompletionTokens ?? request.MaxTokens ?? int.MaxValue;
        // Who has to stop thinking says nothing.
        if (reasoningTokens >= limit)
            return new() { Content = [], FinishReason = "length", Tokens = limit, ReasoningTokens = limit };
        List<Draft> spoken = [.. drafts.Where(draft => draft is not ReasoningDraft)];
        var plan = spoken switch
        {
            [CallDraft, ..] => Calling(request, [.. spoken.OfType<CallDraft>()], limit - reasoningTokens),
            [RefusalDraft refusal, ..] => Saying(request, refusal.Text, limit - reasoningTokens) switch { var said => said with { Content = null, Refusal = said.Content } },
            [TextDraft text, ..] => Saying(request, UpToStop(text.Text, request.Stop), limit - reasoningTokens),
            _ => Saying(request, "", limit - reasoningTokens),
        };
        return plan with { Tokens = plan.Tokens + reasoningTokens, ReasoningTokens = reasoningTokens };
    }

    private static ChatPlan Saying(ChatRequest request, string text, int left)
    {
        var (deltas, tokens, cut) = OutputPlan.Pieces(text, left, ChatTokens.FrameOfText(request));
        return new() { Content = deltas, FinishReason = cut ? "length" : "stop", Tokens = tokens, ReasoningTokens = 0 };
    }

    private static ChatPlan Calling(ChatRequest request, List<CallDraft> drafts, int left)
    {
        List<PlannedCall> calls = [];
        var (used, isCut) = (0, false);
        foreach (var draft in drafts)
        {
            var frame = ChatTokens.FrameOfCall(draft.Name, request.ForcedFunction is not null, drafts.Count == 1);
            (var deltas, var tokens, isCut) = OutputPlan.Pieces(draft.Arguments, left - used, frame);
            calls.Add(new(ResourceId.NewCallId(), draft.Name, deltas));
            used += tokens;
            if (isCut)
                break;
        }

        // As recorded: a call that was ordered by name ends like a text.
        var finish = isCut ? "length" : request.ForcedFunction is not null ? "stop" : "tool_calls";
        return new() { Calls = calls, FinishReason = finish, Tokens = used, ReasoningTokens = 0 };
    }

    private static string UpToStop(string text, IReadOnlyList<string> stops) =>
        text[..stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(index => index >= 0).DefaultIfEmpty(text.Length).Min()];
}

/// <summary>A call as it will be, its arguments in one piece a token.</summary>
internal sealed record PlannedCall(string Id, string Name, IReadOnlyList<string> Deltas);
