using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Forwarding;

/// <summary>A request that any backend can serve, or one alone: it is sent again as the API's retry rule says, as APIM does.</summary>
internal sealed class Retries(RoutedRequest routed, SessionKey key, BackendSelector selector, TimeProvider time) : IRecourse
{
    private readonly List<BackendModel> _tried = [];

    public Selection Select() => selector.Select(routed.Api!.Pool, key, _tried);

    /// <summary>Whether another attempt may follow that at <paramref name="selection"/>.</summary>
    public bool MayFollow(Selection selection) =>
        // Elsewhere a session is unknown: its requests are never retried.
        selection.Affinity != AffinityOutcome.Pinned && routed.Session?.NamesUnknown != true && _tried.Count < routed.Api!.Retry?.Count;

    public bool Withholds(AttemptOutcome outcome) =>
        MayFollow(routed.Selection!.Value) && routed.Body?.CanRewind != false && (routed.Api!.Retry!.Retries(outcome.Status) || MayRunTwice(outcome));

    /// <summary>A conversation's first turn is sent again, once and marked, where a later one would be: what that costs is tokens.</summary>
    private bool MayRunTwice(AttemptOutcome outcome) => Situations.Of(outcome) == Situation.Uncertain && routed is
    {
        Sendings: 1, Session: { Path.Operation: ApiOperation.CreateResponse, Keys: { Background: false, HasHostedTools: false, ConversationId: null } },
    };

    public ValueTask<IResult?> AfterRefusalAsync(Selection refused, CancellationToken cancellationToken) => new(refused.Refusal);

    public async ValueTask<IResult?> AfterFailureAsync(Attempt failed, CancellationToken cancellationToken)
    {
        _tried.Add(failed.Backend);
        if (routed.Session is not null && Situations.Of(failed.Outcome!.Value) == Situation.Uncertain)
            routed.Sendings++;
        await Task.Delay(routed.Api!.Retry!.WaitBefore(_tried.Count), time, cancellationToken);
        return null;
    }
}
