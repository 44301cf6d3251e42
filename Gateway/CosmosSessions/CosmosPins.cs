using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Ids that have documents of their own, or that a turn carries.</summary>
internal sealed class CosmosPins(CosmosItems items, CosmosContents contents, TimeProvider time)
{
    private const int MostKnown = 20_000;

    private readonly KnownPins _known = new(MostKnown, time);

    /// <summary>Forgets which pins are there: one, or all.</summary>
    public void Forget(string? document = null) => _known.Forget(document);

    /// <summary>Where <paramref name="id"/> is; null where it is unknown, expired, or another's: each takes the same requests.</summary>
    public async ValueTask<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken)
    {
        var (document, partition) = CosmosKey.Of(id, owner);
        var known = await items.ReadAsync(document, partition, cancellationToken);
        if (known?.IsAlive(time.GetUtcNow()) != true)
            known = await FindCarrierAsync(id, owner, cancellationToken);
        return known?.IsAlive(time.GetUtcNow()) == true && known.Owner == owner ? known.ToPin(id) : null;
    }

    /// <summary>The turn that carries an item; null where none does, or it is no item that a turn could carry.</summary>
    public async Task<SessionDocument?> FindCarrierAsync(SessionId id, string owner, CancellationToken cancellationToken = default)
    {
        if (id.Kind != SessionKeyKind.Item || CosmosKey.ChainOf(id) is not { } chain)
            return null;
        var query = new QueryDefinition(
            $"SELECT c.id, c.partition, c.type, c.owner, c.backend, c.session, c.expires, c.home FROM c WHERE ARRAY_CONTAINS(c.items, @item) AND c.owner = @owner")
            .WithParameter("@item", CosmosKey.ItemOf(id.Text)).WithParameter("@owner", owner);
        SessionDocument? found = null;
        await foreach (var carrier in items.QueryAsync(query, chain, cancellationToken))
            found = found is null || carrier.Expires > found.Expires ? carrier : found;
        return found;
    }

    /// <summary>Writes pins. The first to name an id keeps it, whoever else does.</summary>
    /// <param name="pins">The pins.</param>
    /// <param name="turn">The turn that some of them are of.</param>
    public Task WriteAsync(IEnumerable<Pin> pins, Turn? turn) => Task.WhenAll(pins.DistinctBy(pin => (pin.Id, pin.Owner)).Select(pin => WriteAsync(pin, turn)));

    /// <summary>Forgets an id, if it is <paramref name="owner"/>'s, with its turn and all that points at it.</summary>
    public async Task ForgetAsync(SessionId id, string owner)
    {
        var (document, partition) = CosmosKey.Of(id, owner);
        _known.Forget(document);
        for (var known = await items.ReadAsync(document, partition) ?? await FindCarrierAsync(id, owner); known is not null;)
        {
            // The carrier was found with a few of its fields alone.
            if (known.ETag is null)
                known = await items.ReadAsync(known.Id, known.Partition);
            if (known is null || await items.DeleteAsync(known.Id, known.Partition, known.ETag))
            {
                if (known is not null)
                    await ForgetAllOfAsync(known);
                return;
            }

            known = await items.ReadAsync(known.Id, known.Partition);
        }
    }

    /// <summary>Removes what belongs to a document that is gone.</summary>
    private async Task ForgetAllOfAsync(SessionDocument gone)
    {
        await contents.RemoveAsync(gone);
        foreach (var item in gone.Outside ?? [])
        {
            var id = SessionId.Item(item);
            var (document, partition) = CosmosKey.Of(id, gone.Owner!);
            _known.Forget(document);
            await items.DeleteAsync(document, partition);
            await UnclaimAsync(id, gone.Owner!);
        }

        await UnclaimAsync(new(Enum.Parse<SessionKeyKind>(gone.Kind!), gone.Text!), gone.Owner!);
    }

    private async Task WriteAsync(Pin pin, Turn? turn)
    {
        var document = SessionDocument.Of(pin, time.GetUtcNow());
        if (turn is not null && TurnDocument.IsItemOf(turn, pin))
            document = document with { Home = turn.Home };
        if (_known.Has(document))
            return;
        if (IsClaimed(pin.Id) && !await ClaimAsync(pin, document))
            return;
        await items.PutFirstAsync(document);
        _known.Add(document);
    }

    /// <summary>
    /// Whether others could name it, too, and must not have it. The region makes responses for one caller; a header's value and an attempt have the caller in
    /// them; encrypted content is no claim on anything.
    /// </summary>
    private static bool IsClaimed(SessionId id) => id.Kind is SessionKeyKind.Conversation or SessionKeyKind.Item or SessionKeyKind.Id;

    private async Task<bool> ClaimAsync(Pin pin, SessionDocument document)
    {
        var claim = CosmosKey.ClaimOf(pin.Id);
        return await items.PutFirstAsync(document with { Id = claim, Partition = claim, Type = SessionDocument.ClaimType, Kind = null, Text = null, Backend = null, Home = null })
            && !await IsCarriedForAnotherAsync(pin);
    }

    private async Task<bool> IsCarriedForAnotherAsync(Pin pin)
    {
        if (pin.Id.Kind != SessionKeyKind.Item || CosmosKey.ChainOf(pin.Id) is not { } chain)
            return false;
        var query = new QueryDefinition("SELECT c.id, c.owner, c.expires FROM c WHERE ARRAY_CONTAINS(c.items, @item) AND c.owner != @owner")
            .WithParameter("@item", CosmosKey.ItemOf(pin.Id.Text)).WithParameter("@owner", pin.Owner);
        await foreach (var carrier in items.QueryAsync(query, chain, CancellationToken.None))
        {
            if (carrier.IsAlive(time.GetUtcNow()))
                return true;
        }

        return false;
    }

    private async Task UnclaimAsync(SessionId id, string owner)
    {
        var claim = CosmosKey.ClaimOf(id);
        if (IsClaimed(id) && await items.ReadAsync(claim, claim) is { } known && known.Owner == owner)
            await items.DeleteAsync(claim, claim, known.ETag);
    }
}
