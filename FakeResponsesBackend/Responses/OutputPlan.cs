using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>One output item as it will be: how it begins, in which pieces it comes, how it ends, what it costs.</summary>
/// <param name="Begun">The item when it is announced, empty.</param>
/// <param name="Finished">The item at its end.</param>
/// <param name="Deltas">Its text, one piece a token.</param>
/// <param name="Tokens">What it costs.</param>
internal sealed record OutputPlan(Item Begun, Item Finished, IReadOnlyList<string> Deltas, int Tokens)
{
    // Measured against recordings: what a call costs beside its name and its arguments, and a call of a forced tool beside its arguments alone.
    private const int TokensPerCall = 8;
    private const int TokensPerForcedCall = 1;

    /// <summary>Whether the limit cut it short.</summary>
    public bool IsCut { get; init; }

    /// <summary>Tokens of it that were thoughts.</summary>
    public int ReasoningTokens { get; init; }

    /// <summary>Plans what the model drafted, up to a limit of tokens: the item that meets the limit is cut and the last one.</summary>
    /// <param name="drafts">What the model makes.</param>
    /// <param name="settings">How it is shown.</param>
    /// <param name="limit">The limit in tokens, or null.</param>
    /// <param name="mint">Makes an id with a prefix.</param>
    public static IReadOnlyList<OutputPlan> Of(IEnumerable<Draft> drafts, OutputSettings settings, int? limit, Func<string, string> mint)
    {
        List<OutputPlan> plans = [];
        var left = limit ?? int.MaxValue;
        foreach (var draft in drafts)
        {
            var plan = Of(draft, settings, left, mint);
            plans.Add(plan);
            left -= plan.Tokens;
            if (plan.IsCut)
                break;
        }

        return plans;
    }

    private static OutputPlan Of(Draft draft, OutputSettings settings, int left, Func<string, string> mint)
    {
        switch (draft)
        {
            case TextDraft text:
                {
                    var (deltas, tokens, cut) = Pieces(text.Text, left, settings.Frame);
                    IReadOnlyList<TokenLogprob> logprobs = settings.TopLogprobs is { } top ? [.. deltas.Select(delta => TokenLogprob.Of(delta, top))] : [];
                    return Message(new OutputText(string.Concat(deltas)) { Logprobs = logprobs }, deltas, tokens, cut, mint);
                }

            case RefusalDraft refusal:
                {
                    var (deltas, tokens, cut) = Pieces(refusal.Text, left, settings.Frame);
                    return Message(new Refusal(string.Concat(deltas)), deltas, tokens, cut, mint);
                }

            case CallDraft call:
                {
                    var (deltas, tokens, cut) = Pieces(call.Arguments, left, FrameOf(call.Name, settings));
                    var item = new FunctionCallItem(ResponseStatus.InProgress, "", ResourceId.NewCallId(), call.Name) { Id = mint(ResourceId.FunctionCall), IsSingle = settings.MakesOneCall };
                    return new(item, item with { Status = StatusOf(cut), Arguments = string.Concat(deltas) }, deltas, tokens) { IsCut = cut };
                }

            case CustomCallDraft call:
                {
                    var (deltas, tokens, cut) = Pieces(call.Input, left, FrameOf(call.Name, settings));
                    var item = new CustomToolCallItem(ResponseStatus.InProgress, ResourceId.NewCallId(), "", call.Name) { Id = mint(ResourceId.CustomToolCall) };
                    return new(item, item with { Status = StatusOf(cut), Input = string.Concat(deltas) }, deltas, tokens) { IsCut = cut };
                }

            case ReasoningDraft reasoning:
                return Reason(reasoning, settings, left, mint);

            default:
                throw new ArgumentOutOfRangeException(nameof(draft));
        }
    }

    private static OutputPlan Message(ContentPart part, IReadOnlyList<string> deltas, int tokens, bool cut, Func<string, string> mint)
    {
        var begun = new MessageItem(ResponseStatus.InProgress, [], "assistant") { Id = mint(ResourceId.Message) };
        return new(begun, begun with { Status = StatusOf(cut), Content = [part] }, deltas, tokens) { IsCut = cut };
    }

    private static OutputPlan Reason(ReasoningDraft draft, OutputSettings settings, int left, Func<string, string> mint)
    {
        var tokens = Math.Min(left, settings.ReasoningTokens);
        var begun = new ReasoningItem([]) { Id = mint(ResourceId.Reasoning), EncryptedContent = settings.Seal(draft.Thoughts) };
        var finished = begun with
        {
            Summary = settings.SummarizeReasoning ? [new(draft.Thoughts)] : [],
            EncryptedContent = settings.Seal(draft.Thoughts),
        };
        IReadOnlyList<string> deltas = settings.SummarizeReasoning ? [.. O200k.Split(draft.Thoughts).Select(piece => piece.Text)] : [];
        return new(begun, finished, deltas, tokens) { IsCut = left <= settings.ReasoningTokens, ReasoningTokens = tokens };
    }

    private static int FrameOf(string name, OutputSettings settings) => settings.ForcesCall ? TokensPerForcedCall : TokensPerCall + O200k.Count(name);

    private static string StatusOf(bool cut) => cut ? ResponseStatus.Incomplete : ResponseStatus.Completed;

    /// <summary>The text's pieces as far as the limit lets them come; a whole one costs its frame on top.</summary>
    public static (IReadOnlyList<string> Deltas, int Tokens, bool Cut) Pieces(string text, int left, int frame)
    {
        var pieces = O200k.Split(text);
        var whole = pieces.Sum(piece => piece.Tokens) + frame;
        if (whole <= left)
            return ([.. pieces.Select(piece => piece.Text)], whole, false);
        var used = 0;
        return ([.. pieces.TakeWhile(piece => (used += piece.Tokens) <= left).Select(piece => piece.Text)], left, true);
    }
}

/// <summary>How output is shown.</summary>
/// <param name="TopLogprobs">Candidates of each log probability; null: no log probabilities.</param>
/// <param name="ReasoningTokens">What thinking costs.</param>
/// <param name="SummarizeReasoning">Whether the caller asked for a summary of the thoughts.</param>
/// <param name="Seal">Seals thoughts; each time otherwise.</param>
/// <param name="OffersTools">Whether the model was offered tools, which costs a token more.</param>
/// <param name="MakesOneCall">Whether no other call is made.</param>
/// <param name="ForcesCall">Whether one tool was forced, whose name then costs nothing.</param>
internal sealed record OutputSettings(int? TopLogprobs, int ReasoningTokens, bool SummarizeReasoning, Func<string, string> Seal, bool OffersTools, bool ForcesCall, bool MakesOneCall)
{
    /// <summary>What a message costs beside its text.</summary>
    public int Frame => OffersTools ? 2 : 1;
}
