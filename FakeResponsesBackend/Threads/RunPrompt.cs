using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Tokens;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>What a run gives the model: the thread's messages as far as its strategy and its limits allow, then its own calls and outputs.</summary>
/// <param name="Seen">What the model sees.</param>
/// <param name="HeadTokens">What stands before the items costs.</param>
/// <param name="Tokens">What the whole prompt costs.</param>
/// <param name="Fits">Whether the run's limit allows it.</param>
internal sealed record RunPrompt(ModelPrompt Seen, int HeadTokens, int Tokens, bool Fits)
{
    public static RunPrompt Of(StoredThread thread, StoredRun run, Deployment deployment)
    {
        IReadOnlyList<Tool> tools = [.. run.Body.Tools.Select(tool => tool.Offered())];
        var headTokens = ItemTokens.PerPrompt
            + (string.IsNullOrEmpty(run.Body.Instructions) ? 0 : ItemTokens.OfText(run.Body.Instructions))
            + ToolTokens.Of(tools, run.Choice, run.Format);
        var limit = run.Body.MaxPromptTokens is { } most ? Math.Min(deployment.ContextTokens, most - run.Spent.PromptTokens) : deployment.ContextTokens;
        var messages = thread.Messages.TakeLast(run.Body.TruncationStrategy.LastMessages ?? int.MaxValue).Select(message => message.Seen());
        var items = new ContextWindow(limit - headTokens).Truncate([.. messages, .. run.Exchanged]);
        var tokens = headTokens + items.Sum(ItemTokens.Of);
        var seen = new ModelPrompt
        {
            Model = deployment.Name,
            Items = items,
            Instructions = run.Body.Instructions,
            Tools = tools,
            ToolChoice = run.Choice,
            ParallelToolCalls = run.Body.ParallelToolCalls,
            Format = run.Format,
        };
        return new(seen, headTokens, tokens, tokens <= limit);
    }
}
