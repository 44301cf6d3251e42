using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>What can be made to go wrong.</summary>
[JsonConverter(typeof(FaultKindConverter))]
public enum FaultKind
{
    /// <summary>The region is out: it answers nothing but 503, or nothing at all; with or without losing its state.</summary>
    Outage,

    /// <summary>429 with <c>Retry-After</c>, as a status or inside a 200 stream.</summary>
    Throttle,

    /// <summary>Any other error, as a status or inside a 200 stream.</summary>
    Error,

    /// <summary>Another latency.</summary>
    Latency,

    /// <summary>The connection is cut after some events.</summary>
    Cut,

    /// <summary>Nothing more comes after some events.</summary>
    Hang,

    /// <summary>What has just been streamed is not found for a while.</summary>
    VisibilityLag,

    /// <summary>Nothing goes wrong: a place holder in the queue.</summary>
    Pass,
}

/// <summary>Kinds as words, such as <c>visibility_lag</c>.</summary>
internal sealed class FaultKindConverter() : JsonStringEnumConverter<FaultKind>(JsonNamingPolicy.SnakeCaseLower);
