using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Identifiers;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Tokens;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>Compacts a history: the user's messages stay, everything else becomes one item that only this region can read.</summary>
internal sealed class Compactor(TurnStarter starter, DeploymentCatalog catalog, RegionSeal seal, TimeProvider time)
{
    // What the service's own instructions for it cost, measured against recordings.
    private const int InstructionTokens = 93;

    /// <summary>The compaction, or why there is none.</summary>
    public (Compaction? Compaction, ApiError? Fault) Compact(CreateRequest request)
    {
        var (prompt, fault) = starter.Prepare(request);
        if (prompt is null)
            return (null, fault);
        var tokens = prompt.Tokens + InstructionTokens;
        var (rateLimit, throttled) = catalog.Admit(prompt.Deployment, tokens);
        if (throttled is not null)
            return (null, throttled);

        var at = time.GetUtcNow();
        string Mint(string prefix) => ResourceId.Mint(prefix, prompt.Partition, stored: false, at);
        var history = string.Join('\n', prompt.Seen.Items.Where(item => item is not MessageItem { Role: "user" }).Select(item => item.PlainText));
        List<Item> output = [.. prompt.Seen.Items.OfType<MessageItem>().Where(message => message.Role == "user").Select(message => message with { Id = Mint(ResourceId.Message) })];
        output.Add(new CompactionItem(seal.Seal(history)) { Id = Mint(ResourceId.Compaction) });
        var usage = Usage.Of(tokens, cached: 0, O200k.Count(history) + 1, reasoning: 0);
        return (new(new(Mint(ResourceId.Response), at.ToUnixTimeSeconds(), output, usage), rateLimit), null);
    }
}

/// <summary>A compaction and what its making left of the quota.</summary>
internal sealed record Compaction(CompactionBody Body, RateLimitReading RateLimit);
