using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>One order to make something go wrong, and for whom.</summary>
public sealed record Fault
{
    /// <summary>Names the order.</summary>
    [JsonPropertyName("id")]
    public string Id { get; init; } = "";

    /// <summary>What goes wrong.</summary>
    [JsonPropertyName("kind")]
    public required FaultKind Kind { get; init; }

    /// <summary>The HTTP status of an outage (503) or an error (500).</summary>
    [JsonPropertyName("status"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Status { get; init; }

    /// <summary>The error's code; default the service's own.</summary>
    [JsonPropertyName("code"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; init; }

    /// <summary>The error's text; default the service's own.</summary>
    [JsonPropertyName("message"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>When to come back, in milliseconds: <c>retry-after-ms</c>, and rounded up to seconds <c>Retry-After</c>.</summary>
    [JsonPropertyName("retry_after_ms"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RetryAfterMs { get; init; }

    /// <summary>An outage forgets all state: when it is put in force, and whenever it strikes.</summary>
    [JsonPropertyName("lose_state")]
    public bool LoseState { get; init; }

    /// <summary>An outage closes connections without an answer.</summary>
    [JsonPropertyName("close_connection")]
    public bool CloseConnection { get; init; }

    /// <summary>A throttle or an error comes inside a 200 stream.</summary>
    [JsonPropertyName("in_stream")]
    public bool InStream { get; init; }

    /// <summary>How many events come before it happens. Default 0; for a cut or a hang, 0 means before the answer's head. A stream that ends before does not notice.</summary>
    [JsonPropertyName("after_events")]
    public int AfterEvents { get; init; }

    /// <summary>Time to the first token, in milliseconds.</summary>
    [JsonPropertyName("first_token_ms"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FirstTokenMs { get; init; }

    /// <summary>Speed after it; 0: all at once.</summary>
    [JsonPropertyName("tokens_per_second"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TokensPerSecond { get; init; }

    /// <summary>How far waits stray, as a share of them, 0 to 1.</summary>
    [JsonPropertyName("jitter"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Jitter { get; init; }

    /// <summary>How long a streamed response stays hidden, in milliseconds.</summary>
    [JsonPropertyName("lag_ms"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LagMs { get; init; }

    /// <summary>The share of matching requests that it hits, 0 to 1; seeded.</summary>
    [JsonPropertyName("share")]
    public double Share { get; init; } = 1;

    /// <summary>How many requests it hits before it is spent; null: all.</summary>
    [JsonPropertyName("count"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Count { get; init; }

    /// <summary>Which requests it is meant for; null: all.</summary>
    [JsonPropertyName("match"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FaultMatch? Match { get; init; }

    /// <summary>How many requests it has hit.</summary>
    [JsonPropertyName("hits")]
    public int Hits { get; init; }

    /// <summary>
    /// Whether a request is meant. The opening of a WebSocket is no turn: it meets outages, and what names its method; all else waits for the frames.
    /// </summary>
    public bool IsMeantFor(RequestFacts request) =>
        Match?.Fits(request) != false && (!request.IsHandshake || Kind == FaultKind.Outage || Match?.Method is not null);
}

/// <summary>Which requests a fault is meant for; every property that is set must fit.</summary>
public sealed record FaultMatch
{
    /// <summary>The HTTP method; <c>WS</c> for a frame of a WebSocket.</summary>
    [JsonPropertyName("method"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Method { get; init; }

    /// <summary>What the path ends with, such as <c>/responses</c>, or with a <c>*</c> at its end, contains.</summary>
    [JsonPropertyName("path"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Path { get; init; }

    /// <summary>The body's <c>model</c>.</summary>
    [JsonPropertyName("model"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Model { get; init; }

    /// <summary>The body's <c>stream</c>.</summary>
    [JsonPropertyName("stream"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Stream { get; init; }

    /// <summary>Whether the body has a <c>previous_response_id</c> or a <c>conversation</c>.</summary>
    [JsonPropertyName("continues"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Continues { get; init; }

    /// <summary>A text that the body contains.</summary>
    [JsonPropertyName("contains"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Contains { get; init; }

    /// <summary>Whether a request is meant.</summary>
    public bool Fits(RequestFacts request) =>
        (Method is null || Method.Equals(request.Method, StringComparison.OrdinalIgnoreCase))
        && (Path is null || PathFits(request.Path))
        && (Model is null || Model.Equals(request.Body.Model, StringComparison.OrdinalIgnoreCase))
        && (Stream is null || Stream == request.Body.Stream)
        && (Continues is null || Continues == request.Body.Continues)
        && (Contains is null || request.Body.Text.Contains(Contains, StringComparison.Ordinal));

    private bool PathFits(string path) => Path!.EndsWith('*')
        ? path.Contains(Path.TrimEnd('*'), StringComparison.OrdinalIgnoreCase)
        : path.EndsWith(Path, StringComparison.OrdinalIgnoreCase);
}
