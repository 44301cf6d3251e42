using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>
/// Writes turns: a new one is one request, and so is the end of one that this process has begun. Whoever finds that another has written it reads, adds what is
/// missing, and writes if nobody came in between.
/// </summary>
internal sealed class CosmosTurns(CosmosItems items, CosmosContents contents, TimeProvider time)
{
    private const int MostBegun = 10_000;

    // Nobody loses that often: something is wrong.
    private const int MostAttempts = 64;

    private readonly BegunTurns _begun = new(MostBegun);

    /// <summary>Forgets what it has begun: one turn, or all.</summary>
    public void Forget(string? document = null) => _begun.Forget(document);

    /// <summary>Writes a turn.</summary>
    /// <returns>False where it must be known to be completed, and is not.</returns>
    public async Task<bool> WriteAsync(Turn turn, IReadOnlyList<Pin> pins, bool onlyCompletes)
    {
        var (id, partition) = CosmosKey.Of(SessionId.Response(turn.ResponseId), turn.Owner);
        var place = _begun.Enter(id);
        Begun? begun = null;
        try
        {
            var before = place.Before is null ? null : await place.Before;
            var written = before is { } known && (!known.LacksInput || !turn.Input.IsEmpty)
                ? await CompleteAsync(known.Document, turn, pins) ?? await WriteAsync(id, partition, turn, pins, onlyCompletes, mayBeNew: false)
                : await WriteAsync(id, partition, turn, pins, onlyCompletes, mayBeNew: true);
            if (written is { IsFinal: false })
                begun = Remember(written);
            return written is not null;
        }
        finally
        {
            _begun.Leave(place, begun);
        }
    }

    private async Task<SessionDocument?> CompleteAsync(SessionDocument known, Turn turn, IReadOnlyList<Pin> pins) =>
        known.IsAlive(time.GetUtcNow()) && TurnDocument.Merge(known, turn, pins) is { } next ? await ReplaceAsync(next, known) : null;

    /// <summary>What is in the store afterwards; null where nothing is to be made, and nothing was there.</summary>
    private async Task<SessionDocument?> WriteAsync(string id, string partition, Turn turn, IReadOnlyList<Pin> pins, bool onlyCompletes, bool mayBeNew)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            if (mayBeNew && !onlyCompletes && await CreateAsync(TurnDocument.New(turn, pins)) is { } created)
                return created;
            mayBeNew = false;
            var known = await items.ReadAsync(id, partition);
            var isThere = known?.IsAlive(time.GetUtcNow()) == true;
            if (onlyCompletes && !(isThere && known!.HasTurn))
                return null;
            if (known is null)
            {
                mayBeNew = true;
                continue;
            }

            var next = isThere ? TurnDocument.Merge(known, turn, pins) : TurnDocument.New(turn, pins);
            if (next is null)
                return known;
            if (await ReplaceAsync(next, known) is { } replaced)
                return replaced;
        }

        throw CosmosItems.Contended();
    }

    private async Task<SessionDocument?> CreateAsync(SessionDocument document)
    {
        var (fitting, json) = await contents.FitAsync(document);
        if (await items.CreateAsync(fitting, json) is { } tag)
            return fitting with { ETag = tag };
        await contents.RemoveAsync(fitting);
        return null;
    }

    private async Task<SessionDocument?> ReplaceAsync(SessionDocument next, SessionDocument known)
    {
        var (fitting, json) = await contents.FitAsync(next);
        if (await items.ReplaceAsync(fitting, known.ETag!, json) is not { } tag)
        {
            // Others' parts stay: the ones that were there are theirs now.
            await contents.RemoveAsync(fitting, known);
            return null;
        }

        await contents.RemoveAsync(known, fitting);
        return fitting with { ETag = tag };
    }

    private static Begun Remember(SessionDocument written)
    {
        var isInside = written.Input is { Parts: null };
        return new(written with { Input = isInside ? null : written.Input }, isInside);
    }
}
