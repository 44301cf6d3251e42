using SessionAware.Gateway.Errors;

namespace SessionAware.Gateway.Replay;

/// <summary>A whole history, or why there is none.</summary>
internal sealed record History
{
    public History(GatewayError refusal) => Refusal = refusal;

    public History(IReadOnlyList<ReadOnlyMemory<byte>> items, ReplayReport report, long tokens) => (Items, Report, Tokens) = (items, report, tokens);

    /// <summary>Why the conversation cannot go on elsewhere; null where it can.</summary>
    public GatewayError? Refusal { get; }

    /// <summary>Whether what the request continues has not come to an end that can be continued, as far as is on record.</summary>
    public bool IsOpen { get; init; }

    /// <summary>All items, those of the request at the end.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Items { get; } = [];

    /// <summary>Tokens of the turns before this one, as their region counted them.</summary>
    public long Tokens { get; }

    /// <summary>What was taken along and what was left out.</summary>
    public ReplayReport Report { get; } = new(0, 0, 0, 0);
}
