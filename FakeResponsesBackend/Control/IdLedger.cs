using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>
/// Counts what callers ask for by id: found, gone, or never made here. An id that another region made shows here as foreign: the sign of a
/// conversation that went to the wrong region. Bounded; the ids entered first are dropped first.
/// </summary>
public sealed class IdLedger
{
    private const int MostIds = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, IdRecord> _byId = [];
    private readonly Queue<string> _oldestFirst = [];
    private LedgerTotals _totals = new(0, 0, 0, 0);

    /// <summary>The counts over all ids.</summary>
    public LedgerTotals Totals
    {
        get
        {
            lock (_lock)
                return _totals;
        }
    }

    /// <summary>Enters an id that the region made.</summary>
    public void Minted(string id)
    {
        lock (_lock)
        {
            SetNeedsLock(new(id, MintedHere: true, 0, 0));
            _totals = _totals with { Minted = _totals.Minted + 1 };
        }
    }

    /// <summary>Counts that somebody asked for an id.</summary>
    public void Asked(string id, bool found)
    {
        lock (_lock)
        {
            var known = _byId.GetValueOrDefault(id) ?? new(id, MintedHere: false, 0, 0);
            SetNeedsLock(found ? known with { Hits = known.Hits + 1 } : known with { Misses = known.Misses + 1 });
            _totals = found ? _totals with { Hits = _totals.Hits + 1 }
                : known.MintedHere ? _totals with { Misses = _totals.Misses + 1 }
                : _totals with { Foreign = _totals.Foreign + 1 };
        }
    }

    /// <summary>One id's record; null when it was neither made nor asked for here.</summary>
    public IdRecord? Find(string id)
    {
        lock (_lock)
            return _byId.GetValueOrDefault(id);
    }

    /// <summary>The latest records, newest first.</summary>
    public IReadOnlyList<IdRecord> Latest(int count)
    {
        lock (_lock)
            return [.. _oldestFirst.Reverse().Take(count).Select(id => _byId[id])];
    }

    /// <summary>Empties the ledger.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byId.Clear();
            _oldestFirst.Clear();
            _totals = new(0, 0, 0, 0);
        }
    }

    private void SetNeedsLock(IdRecord record)
    {
        if (!_byId.ContainsKey(record.Id))
            _oldestFirst.Enqueue(record.Id);
        _byId[record.Id] = record;
        while (_oldestFirst.Count > MostIds)
            _byId.Remove(_oldestFirst.Dequeue());
    }
}

/// <summary>What became of one id here.</summary>
/// <param name="Id">The id.</param>
/// <param name="MintedHere">Whether this region made it.</param>
/// <param name="Hits">How often it was asked for and found.</param>
/// <param name="Misses">How often it was asked for and not found.</param>
public sealed record IdRecord(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("minted_here")] bool MintedHere,
    [property: JsonPropertyName("hits")] int Hits,
    [property: JsonPropertyName("misses")] int Misses);

/// <summary>Counts over all ids.</summary>
/// <param name="Minted">Made here.</param>
/// <param name="Hits">Asked for and found.</param>
/// <param name="Misses">Made here, asked for, and gone or not visible.</param>
/// <param name="Foreign">Asked for and never made here.</param>
public sealed record LedgerTotals(
    [property: JsonPropertyName("minted")] long Minted,
    [property: JsonPropertyName("hits")] long Hits,
    [property: JsonPropertyName("misses")] long Misses,
    [property: JsonPropertyName("foreign")] long Foreign);
