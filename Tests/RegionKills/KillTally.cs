namespace SessionAware.Tests.RegionKills;

/// <summary>What kills did to conversations.</summary>
internal readonly record struct KillTally
{
    public int Conversations { get; init; }

    /// <summary>Whose callers had all that it takes to go on elsewhere.</summary>
    public int Complete { get; init; }

    /// <summary>Of those, the ones that went on to their end and recalled the word of their first turn.</summary>
    public int Continued { get; init; }

    /// <summary>Refused with the code that says why.</summary>
    public int Refused { get; init; }

    public int Replays { get; init; }

    /// <summary>Requests that the survivor got marked, since the victim may have executed them.</summary>
    public int SecondAttempts { get; init; }

    public static KillTally operator +(KillTally one, KillTally other) => new()
    {
        Conversations = one.Conversations + other.Conversations,
        Complete = one.Complete + other.Complete,
        Continued = one.Continued + other.Continued,
        Refused = one.Refused + other.Refused,
        Replays = one.Replays + other.Replays,
        SecondAttempts = one.SecondAttempts + other.SecondAttempts,
    };

    public override string ToString() =>
        $"{Conversations} conversations, {Complete} complete: {Continued} continued; {Refused} refused by name; {Replays} replays, {SecondAttempts} second attempts marked";
}
