using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Forwarding;

/// <summary>A request that any backend can serve, or one alone: it is sent again as the API's retry rule says, as APIM does.</summary>
internal sealed class Retries(RoutedRequest routed, SessionKey key, BackendSelector selector, AttemptMarkers markers, TimeProvider time) : IRecourse
{
    private readonly List<BackendModel> _tried = [];
    private ExecutionGuard? _guard;

    // Why backends that take the gateway's token alone are left out.
    private GatewayError? _unsigned;

    /// <summary>What makes a response of a session-aware API; null elsewhere, where a second execution is the caller's own business.</summary>
    private SessionRequest? Creation => routed.Session is { Path.Operation: ApiOperation.CreateResponse } session ? session : null;

    /// <summary>Whether a second execution costs no more than tokens.</summary>
    private bool IsPlain => routed.Session?.Keys is { Background: false, HasHostedTools: false, ConversationId: null };

    // Of a plain first turn the same words may well be somebody else's, or tomorrow's: only who sends them by himself, at once, is kept from it.
    private ExecutionGuard Guard => _guard ??= new(Creation!, markers, remembers: !IsPlain);

    private bool IsLost => _guard?.LostAt is not null;

    public async ValueTask<IResult?> BeginAsync(CancellationToken cancellationToken)
    {
        if (Creation is not { } session)
            return null;
        if (session.IsSure)
        {
            routed.Sendings++;
            Guard.BeSure();
        }
        else if (!IsPlain && await markers.FindAsync(session, cancellationToken) is { } lostAt)
        {
            return ReplayErrors.ExecutionUncertain(lostAt);
        }

        return null;
    }

    public Selection Select() => selector.Select(routed.Api!.Pool, key, _tried, hasToken: _unsigned is null);

    /// <summary>Whether another attempt may follow that at <paramref name="selection"/>.</summary>
    public bool MayFollow(Selection selection) =>
        // Elsewhere a session is unknown: its requests are never retried.
        selection.Affinity != AffinityOutcome.Pinned && routed.Session?.NamesUnknown != true && _tried.Count < routed.Api!.Retry?.Count;

    public bool Withholds(AttemptOutcome outcome) => IsSentAgain(outcome) || IsInDoubt(outcome);

    public ValueTask<IResult?> AfterRefusalAsync(Selection refused, CancellationToken cancellationToken)
    {
        if (refused is { IsUnsigned: true, Affinity: not AffinityOutcome.Pinned } && _unsigned is null)
        {
            // Another backend may have a key. Nothing was sent to this one.
            _unsigned = refused.Refusal;
            return default;
        }

        ValueTask<IResult?> refusal = new(_unsigned ?? refused.Refusal);
        return IsLost ? Guard.UnlessLostAsync(refusal) : refusal;
    }

    public async ValueTask<IResult?> AfterFailureAsync(Attempt failed, CancellationToken cancellationToken)
    {
        var outcome = failed.Outcome!.Value;
        var isSentAgain = IsSentAgain(outcome);
        _tried.Add(failed.Backend);
        if (routed.Session is not null && Situations.Of(outcome) == Situation.Uncertain)
            routed.Sendings++;
        if (MayHaveRun(outcome))
            Guard.LostAt = failed.Backend.Name;

        if (!isSentAgain)
            return await Guard.UnlessLostAsync(new(ReplayErrors.ExecutionUncertain(failed.Backend.Name)));
        await Task.Delay(routed.Api!.Retry!.WaitBefore(_tried.Count), time, cancellationToken);
        return null;
    }

    public ValueTask EndAsync(Attempt? last, bool isServed) => _guard?.EndAsync(last, isServed) ?? default;

    /// <summary>A conversation's first turn that may have run is sent again, marked, where a later one would be: what that costs is tokens.</summary>
    private bool IsSentAgain(AttemptOutcome outcome)
    {
        if (!MayFollow(routed.Selection!.Value) || routed.Body?.CanRewind == false)
            return false;
        var isRetried = routed.Api!.Retry!.Retries(outcome.Status);
        return MayHaveRun(outcome) ? IsPlain && (isRetried || routed.Sendings == 1) : isRetried;
    }

    /// <summary>Whether clients, who send what has failed again by themselves, would have something run a second time that must not, or a third time.</summary>
    private bool IsInDoubt(AttemptOutcome outcome) =>
        MayHaveRun(outcome) ? routed.Sendings > 1 || !IsPlain : IsLost && Situations.Of(outcome) != Situation.Served;

    private bool MayHaveRun(AttemptOutcome outcome) => Creation is not null && Situations.Of(outcome) == Situation.Uncertain;
}
