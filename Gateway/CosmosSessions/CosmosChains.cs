using System.Runtime.CompilerServices;
using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// Reads turns, and chains of them: a chain is mostly in one partition, and a page of that has many turns. Where it is not, or is one of many branches, each turn
/// is read by itself.
/// </summary>
internal sealed class CosmosChains(CosmosItems items, CosmosContents contents, TimeProvider time)
{
    // Documents of other branches that are worth reading past.
    private const int MostAhead = 200;

    // How much the clocks of two replicas may differ.
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(1);

    /// <summary>One turn with its content; null where it is unknown, expired, or another's.</summary>
    public async Task<Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken)
    {
        var (id, partition) = CosmosKey.Of(SessionId.Response(responseId), owner);
        return TurnOf(await contents.ReadAsync(id, partition, cancellationToken), owner);
    }

    /// <summary>A turn and all that led to it, the latest first.</summary>
    public async IAsyncEnumerable<Turn> ReadAsync(string responseId, string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var ahead = default(Ahead);
        try
        {
            for (var next = responseId; next is not null;)
            {
                var chain = CosmosKey.ChainOf(SessionId.Response(next));
                var found = ahead is not null && ahead.Chain == chain ? await FindAsync(ahead, next, owner, cancellationToken) : null;
                if ((found ?? await ReadTurnAsync(next, owner, cancellationToken)) is not { } turn)
                    yield break;
                yield return turn;
                next = turn.PreviousResponseId;
                // The second turn is worth looking further for; it continues what was made before it.
                if (chain is null || next is null || ahead?.Chain == chain || CosmosKey.ChainOf(SessionId.Response(next)) != chain)
                    continue;
                if (ahead is not null)
                    await ahead.Documents.DisposeAsync();
                ahead = Look(chain, owner, turn.CreatedAt, cancellationToken);
            }
        }
        finally
        {
            if (ahead is not null)
                await ahead.Documents.DisposeAsync();
        }
    }

    private Ahead Look(string chain, string owner, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var query = new QueryDefinition($"SELECT * FROM c WHERE c.type = '{SessionDocument.PinType}' AND c.owner = @owner AND c.created <= @before ORDER BY c.created DESC")
            .WithParameter("@owner", owner).WithParameter("@before", (before + s_skew).ToUnixTimeMilliseconds());
        return new(chain, items.QueryAsync(query, chain, cancellationToken).GetAsyncEnumerator(cancellationToken));
    }

    private async Task<Turn?> FindAsync(Ahead ahead, string responseId, string owner, CancellationToken cancellationToken)
    {
        var id = CosmosKey.Of(SessionId.Response(responseId), owner).Id;
        if (!ahead.Passed.Remove(id, out var found))
        {
            while (found is null && ahead.Passed.Count < MostAhead && await ahead.Documents.MoveNextAsync())
            {
                if (ahead.Documents.Current is var document && document.Id == id)
                    found = document;
                else
                    ahead.Passed[document.Id] = document;
            }
        }

        // Its parts may be gone because there is a newer one.
        return found is not null && await contents.FillAsync(found, cancellationToken) is { } whole ? TurnOf(whole, owner) : null;
    }

    private Turn? TurnOf(SessionDocument? document, string owner) =>
        document is { HasTurn: true } && document.IsAlive(time.GetUtcNow()) && document.Owner == owner ? document.ToTurn() : null;

    /// <summary>What is being read of a partition, and what of it was not asked for yet.</summary>
    private sealed record Ahead(string Chain, IAsyncEnumerator<SessionDocument> Documents)
    {
        public Dictionary<string, SessionDocument> Passed { get; } = new(StringComparer.Ordinal);
    }
}
