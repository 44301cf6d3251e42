using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>All that a region remembers, in one hand: to describe it, to lose it, to begin anew.</summary>
internal sealed class RegionMemory(
    ResponseStore responses, ConversationStore conversations, PromptCache cache, DeploymentCatalog deployments, FaultBoard faults, Journal journal, IdLedger ledger,
    LatencyModel latency, RegionModel model, IOptions<RegionOptions> options)
{
    /// <summary>What the region holds and does.</summary>
    public RegionState Describe()
    {
        var (responseCount, responseBytes) = responses.Size;
        var (conversationCount, conversationBytes) = conversations.Size;
        return new(
            options.Value.Name,
            options.Value.Flavor.ToString().ToLowerInvariant(),
            [.. deployments.Names],
            new(responseCount, responseBytes),
            new(conversationCount, conversationBytes),
            ledger.Totals,
            new(faults.InForce, faults.Queue));
    }

    /// <summary>Forgets what callers stored here, as a region does that is lost.</summary>
    public void LoseState()
    {
        responses.Clear();
        conversations.Clear();
        cache.Clear();
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
