using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>Reads orders for faults; each kind takes only the settings that mean something to it.</summary>
internal static class FaultReader
{
    private static readonly Dictionary<string, FaultKind> s_kinds = Enum.GetValues<FaultKind>().ToDictionary(NameOf);
    private static readonly string[] s_scope = ["kind", "share", "count", "match"];
    private static readonly HashSet<string> s_matchFields = ["method", "path", "model", "stream", "continues", "contains"];

    private static readonly Dictionary<FaultKind, HashSet<string>> s_fields = new()
    {
        [FaultKind.Outage] = [.. s_scope, "status", "code", "message", "retry_after_ms", "lose_state", "close_connection"],
        [FaultKind.Throttle] = [.. s_scope, "status", "code", "message", "retry_after_ms", "in_stream", "after_events"],
        [FaultKind.Error] = [.. s_scope, "status", "code", "message", "retry_after_ms", "in_stream", "after_events"],
        [FaultKind.Latency] = [.. s_scope, "first_token_ms", "tokens_per_second", "jitter"],
        [FaultKind.Cut] = [.. s_scope, "after_events"],
        [FaultKind.Hang] = [.. s_scope, "after_events"],
        [FaultKind.VisibilityLag] = [.. s_scope, "lag_ms"],
        [FaultKind.Pass] = [.. s_scope],
    };

    /// <summary>The name of a kind in JSON.</summary>
    public static string NameOf(FaultKind kind) => kind == FaultKind.VisibilityLag ? "visibility_lag" : kind.ToString().ToLowerInvariant();

    /// <summary>One fault.</summary>
    public static Fault Read(FieldReader body)
    {
        var name = body.RequiredText("kind");
        if (!s_kinds.TryGetValue(name, out var kind))
        {
            if (name.Length > 0)
                body.Refuse(ParameterErrors.UnsupportedValue(body.PathOf("kind"), name, [.. s_kinds.Keys]));
            return new Fault { Kind = FaultKind.Pass };
        }

        body.OnlyKnown(s_fields[kind]);
        if (kind == FaultKind.VisibilityLag && body.Value("lag_ms") is null)
            body.Refuse(ParameterErrors.Missing(body.PathOf("lag_ms")));
        return new Fault
        {
            Kind = kind,
            Status = body.Integer("status", 400, 599),
            Code = body.Text("code"),
            Message = body.Text("message"),
            RetryAfterMs = body.Integer("retry_after_ms", 0),
            LoseState = body.Flag("lose_state") ?? false,
            CloseConnection = body.Flag("close_connection") ?? false,
            InStream = body.Flag("in_stream") ?? false,
            AfterEvents = body.Integer("after_events", 0) ?? 0,
            FirstTokenMs = body.Integer("first_token_ms", 0, 3_600_000),
            TokensPerSecond = body.Decimal("tokens_per_second", 1_000_000),
            Jitter = body.Decimal("jitter", 1),
            LagMs = body.Integer("lag_ms", 1),
            Share = body.Decimal("share", 1) ?? 1,
            Count = body.Integer("count", 1),
            Match = body.Object("match") is { } match ? ReadMatch(match) : null,
        };
    }

    private static FaultMatch ReadMatch(FieldReader match)
    {
        match.OnlyKnown(s_matchFields);
        return new()
        {
            Method = match.Text("method"),
            Path = match.Text("path"),
            Model = match.Text("model"),
            Stream = match.Flag("stream"),
            Continues = match.Flag("continues"),
            Contains = match.Text("contains"),
        };
    }
}
