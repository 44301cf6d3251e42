using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Threads;
using SessionAware.FakeResponsesBackend.Tokens;
using SessionAware.FakeResponsesBackend.WebSockets;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>All that a region remembers, in one hand: to describe it, to lose it, to begin anew.</summary>
internal sealed class RegionMemory(
    ResponseStore responses, ConversationStore conversations, ThreadStore threads, RecentStore<StoredAssistant> assistants, PromptCache cache,
    DeploymentCatalog deployments, FaultBoard faults, Journal journal, IdLedger ledger, OpenConnections connections,
    LatencyModel latency, RegionModel model, IOptions<RegionOptions> options)
{
    /// <summary>What the region holds and does.</summary>
    public RegionState Describe()
    {
        var (responseCount, responseBytes) = responses.Size;
        var (conversationCount, conversationBytes) = conversations.Size;
        var (threadCount, threadBytes) = threads.Size;
        var (assistantCount, assistantBytes) = assistants.Size;
        return new(
            options.Value.Name,
            options.Value.Flavor.ToString().ToLowerInvariant(),
            [.. deployments.Names],
            new(responseCount, responseBytes),
            new(conversationCount, conversationBytes),
            new(threadCount, threadBytes),
            new(assistantCount, assistantBytes),
            ledger.Totals,
            new(faults.InForce, faults.Queue));
    }

    /// <summary>Forgets what callers stored here, as a region does that is lost: with what open connections remember, and so with them.</summary>
    public void LoseState()
    {
        // Who makes what nobody can find any more stops; nobody waits for that.
        foreach (var response in responses.Clear())
            _ = BackgroundRuns.AbandonAsync(response);
        conversations.Clear();
        threads.Clear();
        assistants.Clear();
        cache.Clear();
        connections.CutAll();
    }

    /// <summary>As if the region had just been started: no state, no faults, randomness and rules from their beginning, configured limits, empty journal and ledger.</summary>
    public void Reset()
    {
        LoseState();
        faults.Clear();
        latency.Reset();
        model.Reset();
        deployments.ResetLimits();
        journal.Clear();
        ledger.Clear();
    }
}
