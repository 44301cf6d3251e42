using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>The events of a completion, in the recorded order.</summary>
internal static class ChatEvents
{
    private const string Assistant = "assistant";

    /// <summary>Azure's verdict on the prompt, an opening, one token at a time, an end, the usage where it is asked for, <c>[DONE]</c>.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="finish">Called when the model has said all, so that a hang-up before leaves no trace.</param>
    public static IEnumerable<IStreamEvent> Of(ChatTurn turn, Action finish)
    {
        if (turn.PromptFilterResults is { } verdict)
            yield return new ChatEvent(new() { Id = "", Object = "", Created = 0, Model = "", Choices = [], PromptFilterResults = verdict }, turn.Flavor);
        foreach (var next in Spoken(turn))
            yield return next;
        finish();
        yield return Choice(turn, new() { Delta = new(), FinishReason = turn.Plan.FinishReason, Logprobs = turn.Logprobs(null), ContentFilterResults = turn.ContentFilterResults(hasText: false) });
        if (turn.Request.IncludeUsage)
            yield return Event(turn, [], turn.Usage);
        yield return new DoneEvent();
    }

    private static IEnumerable<ChatEvent> Spoken(ChatTurn turn) => turn.Plan switch
    {
        { Calls.Count: > 0 } plan => Calls(turn, plan.Calls),
        { Refusal: { } refusal } => Text(turn, new() { Role = Assistant, Content = new(null), Refusal = new("") }, refusal, token => new() { Refusal = new(token) }),
        var plan => Text(turn, new() { Role = Assistant, Content = new(""), Refusal = new(null) }, plan.Content ?? [], token => new() { Content = new(token) }),
    };

    private static IEnumerable<ChatEvent> Text(ChatTurn turn, ChatDelta opening, IReadOnlyList<string> tokens, Func<string, ChatDelta> delta)
    {
        yield return Choice(turn, new() { Delta = opening, Logprobs = turn.Logprobs([]), ContentFilterResults = turn.ContentFilterResults(hasText: false) });
        foreach (var token in tokens)
        {
            var choice = new ChatEventChoice { Delta = delta(token), Logprobs = turn.Logprobs([token]), ContentFilterResults = turn.ContentFilterResults(hasText: true) };
            yield return Choice(turn, choice) with { BringsToken = true };
        }
    }

    /// <summary>The only call begins with the message; several begin one by one after it.</summary>
    private static IEnumerable<ChatEvent> Calls(ChatTurn turn, IReadOnlyList<PlannedCall> calls)
    {
        yield return calls is [var only]
            ? OfCall(turn, new() { Role = Assistant, Content = new(null), ToolCalls = [Header(only, 0)], Refusal = new(null) })
            : OfCall(turn, new() { Role = Assistant, Content = new(null) });
        foreach (var (index, call) in calls.Index())
        {
            if (calls.Count > 1)
                yield return OfCall(turn, new() { ToolCalls = [Header(call, index)] });
            foreach (var token in call.Deltas)
                yield return OfCall(turn, new() { ToolCalls = [new() { Index = index, Function = new(null, token) }] }) with { BringsToken = true };
        }
    }

    private static ChatToolCall Header(PlannedCall call, int index) => new() { Index = index, Id = call.Id, Type = "function", Function = new(call.Name, "") };

    private static ChatEvent OfCall(ChatTurn turn, ChatDelta delta) =>
        Choice(turn, new() { Delta = delta, Logprobs = turn.Logprobs(null), ContentFilterResults = turn.ContentFilterResults(hasText: false) });

    private static ChatEvent Choice(ChatTurn turn, ChatEventChoice choice) => Event(turn, [choice], usage: null);

    private static ChatEvent Event(ChatTurn turn, IReadOnlyList<ChatEventChoice> choices, ChatUsage? usage)
    {
        var made = new ChatEvent(
            new()
            {
                Id = turn.Id,
                Object = "chat.completion.chunk",
                Created = turn.Created,
                Model = turn.Deployment.DatedName,
                ServiceTier = turn.ServiceTier,
                SystemFingerprint = turn.Fingerprint,
                Choices = choices,
                Usage = turn.Request.IncludeUsage ? new(usage) : null,
            },
            turn.Flavor);
        // Most of Azure's models send no padding by default, api.openai.com always does.
        return turn.Request.IncludeObfuscation ?? turn.Flavor == ApiFlavor.OpenAI ? made.Padded() : made;
    }
}
