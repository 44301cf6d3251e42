using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>
/// Remembers the beginnings of prompts, so that usage can say how much of a prompt the region had seen shortly before: from 1024 tokens on, in steps
/// of 128, for five minutes or a day after the last use.
/// </summary>
public sealed class PromptCache(TimeProvider time)
{
    private const int Shortest = 1024;
    private const int Step = 128;
    private const int MostEntries = 100_000;
    private static readonly TimeSpan s_inMemory = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_extended = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, DateTimeOffset> _expiry = [];

    /// <summary>Counts what of a prompt was there, and remembers all of it.</summary>
    /// <param name="head">What stands before the items: model, key, instructions, tools.</param>
    /// <param name="headTokens">What that costs.</param>
    /// <param name="before">The history.</param>
    /// <param name="input">The new items.</param>
    /// <param name="extended">Whether it is kept for a day.</param>
    /// <returns>Tokens read from the cache.</returns>
    public int Read(string head, int headTokens, History before, IReadOnlyList<Item> input, bool extended)
    {
        var seed = Fingerprints.Continue(0, head);
        List<(ulong Fingerprint, int Tokens)> ends = Ends(before.Fingerprint, headTokens + before.Tokens, input);
        var tokens = ends.Count > 0 ? ends[^1].Tokens : headTokens + before.Tokens;
        if (tokens < Shortest)
            return 0;
        var now = time.GetUtcNow();
        lock (_lock)
        {
            var found = Longest(seed, ends.AsEnumerable().Reverse().Concat(Earlier(before, headTokens)), now);
            foreach (var end in ends)
                _expiry[Key(seed, end.Fingerprint)] = now + (extended ? s_extended : s_inMemory);
            if (_expiry.Count > MostEntries)
                TrimNeedsLock(now);
            return found / Step * Step;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
            _expiry.Clear();
    }

    private int Longest(ulong seed, IEnumerable<(ulong Fingerprint, int Tokens)> longestFirst, DateTimeOffset now)
    {
        foreach (var (fingerprint, tokens) in longestFirst)
        {
            if (tokens < Shortest)
                return 0;
            if (_expiry.TryGetValue(Key(seed, fingerprint), out var expires) && expires > now)
                return tokens;
        }

        return 0;
    }

    /// <summary>Where each of these items ends.</summary>
    private static List<(ulong Fingerprint, int Tokens)> Ends(ulong fingerprint, int tokens, IReadOnlyList<Item> items)
    {
        List<(ulong, int)> ends = [];
        foreach (var item in items)
        {
            (fingerprint, tokens) = (Fingerprints.Continue(fingerprint, item), tokens + ItemTokens.Of(item));
            ends.Add((fingerprint, tokens));
        }

        return ends;
    }

    /// <summary>Where the items of a history end, the last one first.</summary>
    private static IEnumerable<(ulong Fingerprint, int Tokens)> Earlier(History last, int headTokens)
    {
        for (var step = last; step is not null; step = step.Parent)
        {
            foreach (var end in Ends(step.Parent?.Fingerprint ?? 0, headTokens + (step.Parent?.Tokens ?? 0), step.Added).AsEnumerable().Reverse())
                yield return end;
        }
    }

    private static ulong Key(ulong seed, ulong fingerprint) => unchecked((seed * 31) + fingerprint);

    private void TrimNeedsLock(DateTimeOffset now)
    {
        foreach (var expired in _expiry.Where(entry => entry.Value <= now).Select(entry => entry.Key).ToList())
            _expiry.Remove(expired);
        foreach (var surplus in _expiry.OrderBy(entry => entry.Value).Take(_expiry.Count - (MostEntries / 2)).Select(entry => entry.Key).ToList())
            _expiry.Remove(surplus);
    }
}
