namespace SessionAware.Gateway.Pools;

/// <summary>Reads what a pool does for sessions whose backend cannot serve, and what contradicts it.</summary>
internal static class ReplayRulesReader
{
    private const string Outage = "outage", Throttled = "throttled";

    private static readonly ReplayRules s_default = new();

    // Clients give up, too: a request that waits for longer is an outage to them.
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(30);

    public static ReplayRules Read(PoolBehavior behavior, string place, List<string> faults)
    {
        var recordsContent = behavior.RecordContent ?? true;
        var injects = behavior.History is "inject";
        if (injects)
            CheckInjection(behavior, place, recordsContent, faults);
        else if (behavior.ReplayOn is { Count: > 0 } && !recordsContent)
            faults.Add($"{place}.replayOn: with recordContent false there is nothing to replay from: it must be [] or left out");
        if (!injects && behavior.ReplayTokensPerMinute is not null && behavior.ReplayOn?.Contains(Throttled) is not true)
            faults.Add($"{place}.replayTokensPerMinute: limits what throttling has replayed, and '{Throttled}' is not in replayOn");

        return new()
        {
            OnOutage = recordsContent && (behavior.ReplayOn?.Contains(Outage) ?? s_default.OnOutage),
            OnThrottled = recordsContent && (behavior.ReplayOn?.Contains(Throttled) ?? s_default.OnThrottled),
            MaxWait = behavior.MaxWait is { } wait ? IsoDuration.Read(wait, $"{place}.maxWait", TimeSpan.Zero, s_longestWait, faults) : s_default.MaxWait,
            FailsBack = behavior.FailBack is "return",
            Injects = injects,
            TokensPerMinute = behavior.ReplayTokensPerMinute ?? s_default.TokensPerMinute,
        };
    }

    /// <summary>Where every request takes the history along, any backend serves it and nothing has to be replayed or brought back.</summary>
    private static void CheckInjection(PoolBehavior behavior, string place, bool recordsContent, List<string> faults)
    {
        if (!recordsContent)
            faults.Add($"{place}.history: 'inject' sends what is on record, so recordContent must not be false");
        if (behavior.Unknown is "forward")
            faults.Add($"{place}.unknown: 'forward' finds nothing where history is 'inject': no backend knows any id; it must be 'reject'");
        foreach (var (name, isThere) in new[]
        {
            ("replayOn", behavior.ReplayOn is not null), ("failBack", behavior.FailBack is not null), ("replayTokensPerMinute", behavior.ReplayTokensPerMinute is not null),
        })
        {
            if (isThere)
                faults.Add($"{place}.{name}: has no meaning where history is 'inject': every request takes the history along");
        }
    }
}
