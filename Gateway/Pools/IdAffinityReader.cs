namespace SessionAware.Gateway.Pools;

/// <summary>Reads a pool's affinity by ids, and what must not stand beside it or without it.</summary>
internal static class IdAffinityReader
{
    public static IdAffinity? Read(PoolBehavior? behavior, string place, bool ownersAreOn, List<string> faults)
    {
        if (behavior?.Affinity is null)
        {
            if (behavior is not ({ Unknown: null, RecordContent: null, Keys: null } or null))
                faults.Add($"{place}: unknown, recordContent and keys belong to pools whose affinity is ids");
            return null;
        }

        if (behavior.OnUnavailable is "redistribute")
            faults.Add($"{place}.onUnavailable: a session whose ids name stored state cannot be redistributed: no other backend knows them");
        // Whoever could have ids of others forwarded would only have to guess.
        if (behavior.Unknown is "forward" && ownersAreOn)
            faults.Add($"{place}.unknown: 'forward' would let callers reach what is not theirs; with Gateway:Owners set it must be 'reject'");

        var keys = behavior.Keys ?? [];
        var paths = keys.Where(key => key.Path is not null).Select(key => PathKey.Parse(key.Path!)).ToList();
        foreach (var reserved in paths.Where(path => path.Collection.StartsWithSegments("/responses") || path.Collection.StartsWithSegments("/conversations")))
            faults.Add($"{place}.keys: '{reserved.Collection}' is built in");
        return new(
            behavior.Unknown is { } unknown ? unknown is "reject" : null,
            behavior.RecordContent ?? true,
            // A literal must not be taken for an id of another path.
            [.. paths.OrderBy(path => path.Name is not null).ThenByDescending(path => path.Collection.Value!.Length)],
            [.. keys.Select(key => key.Field).OfType<string>()],
            [.. keys.Select(key => key.Header).OfType<string>()]);
    }
}
