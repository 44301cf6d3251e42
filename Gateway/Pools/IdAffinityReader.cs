using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Pools;

/// <summary>Reads a pool's affinity by ids, and what must not stand beside it or without it.</summary>
internal static class IdAffinityReader
{
    public static IdAffinity? Read(PoolBehavior? behavior, string place, bool ownersAreOn, List<string> faults)
    {
        if (behavior?.Affinity is null)
        {
            faults.AddRange((behavior?.FieldsOfIds ?? []).Select(field => $"{place}.{field}: belongs to pools whose affinity is ids"));
            return null;
        }

        if (behavior.OnUnavailable is "redistribute")
            faults.Add($"{place}.onUnavailable: a session whose ids name stored state cannot be redistributed: no other backend knows them");
        // Whoever could have ids of others forwarded would only have to guess.
        if (behavior.Unknown is "forward" && ownersAreOn)
            faults.Add($"{place}.unknown: 'forward' would let callers reach what is not theirs; with Gateway:Owners set it must be 'reject'");

        var keys = behavior.Keys ?? [];
        foreach (var (index, key) in keys.Index())
        {
            if (FaultOf(key) is { } fault)
                faults.Add($"{place}.keys[{index}]: {fault}");
        }

        var paths = keys.Where(key => key.Path is not null).Select(key => PathKey.Parse(key.Path!)).ToList();
        var replay = ReplayRulesReader.Read(behavior, place, faults);
        return new(
            // Where no backend keeps any state, none could know an id that is not on record.
            replay.Injects ? true : behavior.Unknown is { } unknown ? unknown is "reject" : null,
            behavior.RecordContent ?? true,
            // A literal must not be taken for an id of another path.
            [.. paths.OrderBy(path => path.Name is not null).ThenByDescending(path => path.Collection.Value!.Length)],
            [.. keys.Select(key => key.Field).OfType<string>()],
            [.. keys.Select(key => key.Header).OfType<string>()])
        {
            Replay = replay,
        };
    }

    /// <summary>Why no request or answer could ever have it.</summary>
    private static string? FaultOf(SessionKeyResource key)
    {
        if (key.Field is { } field)
            return DeclaredField.IsTaken(field) ? $"'{field}' is read by the gateway itself" : null;
        if (key.Path is null)
            return null;
        var collection = PathKey.Parse(key.Path).Collection;
        if (collection.StartsWithSegments("/responses") || collection.StartsWithSegments("/conversations"))
            return $"'{collection}' is built in";
        return ApiPath.HasFamily(collection) ? $"'{collection}' begins with a path family, which is read for itself: write what follows it, such as /threads/{{thread_id}}" : null;
    }
}
