using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Azure.Cosmos;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Erasing many documents, and telling other replicas.</summary>
internal sealed class CosmosErasure(CosmosItems items, TimeProvider time)
{
    // Replicas ask every second; one that was away for that long has forgotten by itself.
    private static readonly TimeSpan s_toldFor = TimeSpan.FromDays(1);

    // Cosmos's seconds are not quite the order in which things can be seen: one looks back that far, and passes over what it has seen.
    private const long Overlap = 60;

    private const int AtOnce = 16;

    /// <summary>Everything of a session.</summary>
    public Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken) => EraseAsync("c.session = @value", session, cancellationToken);

    /// <summary>Everything of an owner.</summary>
    public Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken) => EraseAsync("c.owner = @value", owner, cancellationToken);

    /// <summary>What was erased after <paramref name="mark"/>: the second of the latest that was seen, then the ids of all that were seen shortly before.</summary>
    public async Task<ErasureList> ReadAsync(string? mark, CancellationToken cancellationToken)
    {
        var (latest, seen) = Parse(mark);
        var query = new QueryDefinition("SELECT c.id, c.session, c.owner, c._ts FROM c WHERE c._ts >= @since ORDER BY c._ts").WithParameter("@since", latest - Overlap);
        List<SessionDocument> found = [];
        await foreach (var document in items.QueryAsync(query, CosmosKey.Erasures, cancellationToken))
            found.Add(document);
        latest = Math.Max(latest, found.Select(document => document.WrittenAt ?? 0).DefaultIfEmpty(0).Max());
        var next = found.Where(document => document.WrittenAt >= latest - Overlap).Select(document => document.Id);
        return new(
            mark is null ? [] : [.. found.Where(document => !seen.Contains(document.Id)).Select(document => new Erasure(document.Session, document.Owner))],
            string.Join(',', next.Prepend(latest.ToString(CultureInfo.InvariantCulture))));
    }

    private static (long Latest, HashSet<string> Seen) Parse(string? mark)
    {
        if (mark is null)
            return (0, []);
        var parts = mark.Split(',');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), [.. parts[1..]]);
    }

    /// <summary>Tells the other replicas.</summary>
    public async Task AnnounceAsync(Erasure erasure)
    {
        var document = new SessionDocument
        {
            Session = erasure.Session,
            Owner = erasure.Owner,
            Id = RandomNumberGenerator.GetHexString(16, lowercase: true),
            Partition = CosmosKey.Erasures,
            Type = SessionDocument.ErasureType,
            Expires = (time.GetUtcNow() + s_toldFor).ToUnixTimeMilliseconds(),
        };
        if (await items.CreateAsync(document) is null)
            throw CosmosItems.Contended();
    }

    private async Task<long> EraseAsync(string which, string value, CancellationToken cancellationToken)
    {
        var query = new QueryDefinition($"SELECT c.id, c.partition, c.type, c.items, c._etag FROM c WHERE {which} AND c.type != '{SessionDocument.ErasureType}'").WithParameter("@value", value);
        for (var erased = 0L; ;)
        {
            List<SessionDocument> found = [];
            await foreach (var document in items.QueryAsync(query, partition: null, cancellationToken))
                found.Add(document);
            if (found.Count == 0)
                return erased;
            // What has been written meanwhile is found the next time.
            await Parallel.ForEachAsync(found, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (document, cancel) =>
            {
                if (await items.DeleteAsync(document.Id, document.Partition, document.ETag, cancel) && document.Type is SessionDocument.PinType or SessionDocument.AttemptType)
                    Interlocked.Add(ref erased, 1 + (document.Items?.Count ?? 0));
            });
        }
    }
}
