namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>How much a reasoning model thinks.</summary>
internal static class ReasoningEffort
{
    /// <summary>Tokens of thought, in the service's steps of 64; 0: it does not think.</summary>
    public static int Tokens(string? effort) => effort switch
    {
        "low" => 64,
        "medium" => 192,
        "high" => 448,
        "xhigh" => 960,
        "max" => 1984,
        _ => 0,
    };
}
