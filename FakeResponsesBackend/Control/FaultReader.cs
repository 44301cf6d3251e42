using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>Reads orders for faults; each kind takes only the settings that mean something to it.</summary>
internal static class FaultReader
{
    private static readonly Dictionary<string, FaultKind> s_kinds = Enum.GetValues<FaultKind>().ToDictionary(NameOf);
    private static readonly string[] s_scope = ["kind", "match"];

    // A queued fault strikes one request, whichever comes first.
    private static readonly string[] s_scopeInForce = ["share", "count"];

    // Without an answer there is nothing that these could be in.
    private static readonly string[] s_answerFields = ["status", "code", "message", "retry_after_ms"];
    private const int LongestRetryAfter = 86_400_000;
    private static readonly HashSet<string> s_matchFields = ["method", "path", "model", "stream", "continues", "contains"];

    private static readonly Dictionary<FaultKind, HashSet<string>> s_fields = new()
    {
        [FaultKind.Outage] = [.. s_scope, "status", "code", "message", "retry_after_ms", "lose_state", "close_connection"],
        [FaultKind.Throttle] = [.. s_scope, "code", "message", "retry_after_ms", "in_stream", "after_events"],
        [FaultKind.Error] = [.. s_scope, "status", "code", "message", "retry_after_ms", "in_stream", "after_events"],
        [FaultKind.Latency] = [.. s_scope, "first_token_ms", "tokens_per_second", "jitter"],
        [FaultKind.Cut] = [.. s_scope, "after_events"],
        [FaultKind.Hang] = [.. s_scope, "after_events"],
        [FaultKind.VisibilityLag] = [.. s_scope, "lag_ms"],
        [FaultKind.Pass] = [.. s_scope],
    };

    /// <summary>The name of a kind in JSON.</summary>
    public static string NameOf(FaultKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());

    /// <summary>A fault to put in force. Letting pass is no fault there.</summary>
    public static Fault ReadInForce(FieldReader body) => Read(body, [.. s_kinds.Keys.Where(name => name != NameOf(FaultKind.Pass))], s_scopeInForce);

    /// <summary>A fault for one request.</summary>
    public static Fault ReadQueued(FieldReader body) => Read(body, [.. s_kinds.Keys], []);

    private static Fault Read(FieldReader body, string[] kinds, string[] scope)
    {
        var name = body.RequiredText("kind");
        if (!kinds.Contains(name))
        {
            body.Refuse(ParameterErrors.UnsupportedValue(body.PathOf("kind"), name, kinds));
            return new Fault { Kind = FaultKind.Pass };
        }

        var kind = s_kinds[name];
        body.OnlyKnown(s_fields[kind].Union(scope).ToHashSet());
        RefuseContradictions(body, kind);
        return new Fault
        {
            Kind = kind,
            Status = body.Integer("status", 400, 599),
            Code = body.Text("code"),
            Message = body.Text("message"),
            RetryAfterMs = body.Integer("retry_after_ms", 0, LongestRetryAfter),
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

    private static void RefuseContradictions(FieldReader body, FaultKind kind)
    {
        void Require(string field) => body.Refuse(ParameterErrors.Missing(body.PathOf(field)));
        if (kind == FaultKind.VisibilityLag && body.Value("lag_ms") is null)
            Require("lag_ms");
        if (kind == FaultKind.Latency && body.Value("first_token_ms") is null && body.Value("tokens_per_second") is null)
            Require("first_token_ms");
        if (kind is FaultKind.Throttle or FaultKind.Error && body.Value("after_events") is not null && body.Flag("in_stream") != true)
            Require("in_stream");
        if (kind == FaultKind.Outage && body.Flag("close_connection") == true && s_answerFields.FirstOrDefault(field => body.Value(field) is not null) is { } answer)
            body.Refuse(ApiErrors.Contradicting("close_connection", answer));
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
