using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// One request whose session is at a backend: it goes there, waits for it a little, and where it cannot serve goes on from the record: at another backend, or at
/// the same one that has forgotten.
/// </summary>
internal sealed class Continuation(RoutedRequest routed, SessionContinuity services) : IRecourse
{
    // How soon a response that was made a moment ago is asked for again.
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);

    private readonly SessionRequest _session = routed.Session!;
    private readonly PoolModel _pool = routed.Api!.Pool;
    private readonly ExecutionGuard _guard = new(routed.Session!, services.Markers);
    private readonly HashSet<BackendModel> _failed = [];
    private readonly BackendModel? _owner = services.Find(routed.SessionKey.Backend!);
    private readonly Patience _patience = new(routed.Api!.Pool.Ids!.Replay.MaxWait, services.Time);
    private TimeSpan _pause = s_firstPause;
    private History? _history;
    private bool _returns;

    // Which backends may take the replay, once there is one.
    private Func<BackendModel, bool>? _mayTake;

    private ReplayRules Rules => _pool.Ids!.Replay;

    private string OwnerName => routed.SessionKey.Backend!;

    private bool CreatesResponse => _session.Path.Operation == ApiOperation.CreateResponse;

    /// <summary>Whether the session is one that can go on elsewhere: by what it says, not by where it was said.</summary>
    private bool IsPortable => CreatesResponse && routed.SessionKey.Kind is SessionKeyKind.Response or SessionKeyKind.Item or SessionKeyKind.EncryptedContent
        && _session.Keys is { Containers.Count: 0, Declared.Count: 0 };

    /// <summary>Whether a second execution costs no more than tokens.</summary>
    private bool MayRunTwice => IsPortable && _session.Keys is { Background: false, HasHostedTools: false };

    /// <summary>When the owner may serve again, where that is known.</summary>
    private TimeSpan? OwnerReset => _owner?.State.Breaker.Trip?.Remaining(services.Time);

    public Selection Select()
    {
        if (_mayTake is null)
        {
            var pinned = services.Selector.Select(_pool, routed.SessionKey, []);
            _session.LeaveOutUnreadable(pinned.Backend?.Name);
            return pinned;
        }

        return BackendSelector.Select(_pool, backend => !_failed.Contains(backend) && CanServe(backend) && _mayTake(backend)) is { } other
            ? new(other, AffinityOutcome.Replayed)
            : new(Backend: null, AffinityOutcome.None, ReplayErrors.NowhereToGo(OwnerName, _pool, OwnerReset));
    }

    /// <summary>What comes first: a request that may have been executed before is asked about, and a session that has moved may return.</summary>
    public async ValueTask<IResult?> BeginAsync(CancellationToken cancellationToken)
    {
        if (_session.IsSure)
        {
            routed.Sendings++;
            _guard.BeSure();
        }
        else if (_session.Makes && (MayRunTwice ? services.Markers.FindHere(_session) : await services.Markers.FindAsync(_session, cancellationToken)) is { } lostAt)
        {
            return ReplayErrors.ExecutionUncertain(lostAt);
        }

        if (Rules.FailsBack && IsPortable && !_session.Keys.HasHostedTools && _session.Pin!.Home is { } home && services.Find(home) is { State.IsEligible: true } first && Shares(first))
            await TryReturnAsync(first, cancellationToken);
        return null;
    }

    public bool Withholds(AttemptOutcome outcome) => Situations.Of(outcome) switch
    {
        Situation.Throttled => _patience.Allows(outcome.RetryAfter) || HasOther || _returns || _guard.LostAt is not null || (Rules.OnThrottled && _mayTake is null && IsPortable),
        Situation.Out => CreatesResponse || RecordedAnswers.MayAnswer(_session),
        Situation.Uncertain => _session.Makes,
        _ => false,
    };

    public bool HoldsHead => MayRunTwice;

    public bool MayBeLost(int status) => _mayTake is null && status switch
    {
        StatusCodes.Status400BadRequest => IsPortable && _session.Keys.PreviousResponseId is not null,
        StatusCodes.Status404NotFound => RecordedAnswers.MayAnswer(_session),
        _ => false,
    };

    public ValueTask<IResult?> AfterRefusalAsync(Selection refused, CancellationToken cancellationToken) =>
        _guard.UnlessLostAsync(ForRefusalAsync(refused, cancellationToken));

    public ValueTask<IResult?> AfterFailureAsync(Attempt failed, CancellationToken cancellationToken) =>
        _guard.UnlessLostAsync(failed.IsLost ? AfterLossAsync(cancellationToken) : ForFailureAsync(failed.Backend, failed.Outcome!.Value, cancellationToken));

    public ValueTask EndAsync(Attempt? last, bool isServed) => _guard.EndAsync(last, isServed);

    /// <summary>It is served where it is, too: a store that is out is no reason not to be.</summary>
    private async ValueTask TryReturnAsync(BackendModel first, CancellationToken cancellationToken)
    {
        try
        {
            if (await HistoryAsync(cancellationToken) is not { Refusal: null } history)
                return;
            await _guard.MarkAsync(first.Name, cancellationToken);
            _returns = true;
            Take(history, backend => backend == first);
        }
        catch (SessionStoreException)
        {
            // Another time.
        }
    }

    private async ValueTask<IResult?> ForRefusalAsync(Selection refused, CancellationToken cancellationToken)
    {
        if (_returns && !refused.IsUnsigned)
        {
            // It stays where it is after all.
            (_returns, _mayTake, _session.Replay, _session.Outgoing) = (false, null, null, null);
            return null;
        }

        // Its backend could serve, and it is the gateway that cannot sign: nothing for which a session moves.
        if (_mayTake is not null || refused.IsUnsigned)
            return refused.Refusal;
        // A pool may answer with a status of its own choice; what tripped is what counts, also where that is over by now.
        if (refused.Trip is { Cause.IsThrottled: true } trip)
            return await AfterThrottlingAsync(trip.Remaining(services.Time), refused.Refusal!, cancellationToken);
        return await AfterOutageAsync(refused.Refusal!, cancellationToken);
    }

    private async ValueTask<IResult?> ForFailureAsync(BackendModel backend, AttemptOutcome outcome, CancellationToken cancellationToken)
    {
        var situation = Situations.Of(outcome);
        if (situation == Situation.Uncertain)
        {
            _guard.LostAt = backend.Name;
            if (!MayRunTwice || routed.Sendings > 1)
                return ReplayErrors.ExecutionUncertain(backend.Name);
            routed.Sendings++;
        }

        if (situation == Situation.Throttled && _mayTake is null)
            return await AfterThrottlingAsync(outcome.RetryAfter, GatewayErrors.SessionThrottled(OwnerName, outcome.RetryAfter), cancellationToken);
        if (situation == Situation.Throttled && !HasOther && !_returns && _patience.Allows(outcome.RetryAfter))
            return await _patience.WaitAsync(outcome.RetryAfter, cancellationToken);

        if (_mayTake is null)
            return await AfterOutageAsync(GatewayErrors.SessionOut(OwnerName, OwnerReset ?? outcome.RetryAfter), cancellationToken);
        _failed.Add(backend);
        return null;
    }

    private async ValueTask<IResult?> AfterThrottlingAsync(TimeSpan? wait, GatewayError throttled, CancellationToken cancellationToken)
    {
        if (_patience.Allows(wait))
            return await _patience.WaitAsync(wait, cancellationToken);
        if (!Rules.OnThrottled || !IsPortable)
            return throttled;
        return await ReplayAsync(backend => backend != _owner && Shares(backend), isOutage: false, cancellationToken) is null ? null : throttled;
    }

    private async ValueTask<IResult?> AfterOutageAsync(GatewayError outage, CancellationToken cancellationToken)
    {
        if (routed.SessionKey.Kind == SessionKeyKind.Conversation)
            return ReplayErrors.ConversationUnavailable(OwnerName, OwnerReset);
        if (RecordedAnswers.MayAnswer(_session))
            return await services.Recorded.ReadAsync(_session, cancellationToken) ?? outage;
        if (!IsPortable || !Rules.OnOutage)
            return outage;
        return await ReplayAsync(backend => backend != _owner && Shares(backend), isOutage: true, cancellationToken);
    }

    /// <summary>The right backend does not know what it made: not yet, or not any more.</summary>
    private async ValueTask<IResult?> AfterLossAsync(CancellationToken cancellationToken)
    {
        if (RecordedAnswers.MayAnswer(_session))
            return await services.Recorded.ReadAsync(_session, cancellationToken) ?? SessionErrors.ResponseNotFound(_session.Path.Id!);
        var history = await HistoryAsync(cancellationToken);
        // It may be right: a response that has no end on record cannot be continued, and waiting for it is the caller's business.
        if (!history.IsOpen && _patience.Allows(_pause))
        {
            var pause = _pause;
            _pause *= 2;
            return await _patience.WaitAsync(pause, cancellationToken);
        }

        if (Rules.OnOutage && history.Refusal is not { Code: ReplayErrors.Incomplete })
            return await ReplayAsync(backend => backend == _owner || (_failed.Contains(_owner!) && Shares(backend)), isOutage: true, cancellationToken);
        // What is missing may wait here for the store.
        return history.Refusal is { } missing && services.Recorder.Waiting > 0 ? missing : SessionErrors.PreviousResponseNotFound(_session.Keys.PreviousResponseId!);
    }

    /// <summary>Has the next attempt go on from the record.</summary>
    /// <returns>Why it cannot; null where it can.</returns>
    private async ValueTask<IResult?> ReplayAsync(Func<BackendModel, bool> mayTake, bool isOutage, CancellationToken cancellationToken)
    {
        if (_session.Keys.HasHostedTools)
            return Until(ReplayErrors.RegionBoundState("hosted tools"));
        if (!_pool.Backends.Any(backend => CanServe(backend) && mayTake(backend)))
            return ReplayErrors.NowhereToGo(OwnerName, _pool, OwnerReset);
        if (!_session.IsSure && !_guard.HasMarked && await services.Markers.FindAsync(_session, cancellationToken) is { } lostAt)
            return ReplayErrors.ExecutionUncertain(lostAt);
        var history = await HistoryAsync(cancellationToken);
        if (history.Refusal is { } refusal)
            return Until(refusal);
        if (!isOutage && !services.Budget.Take(_pool, history.Tokens))
            return GatewayErrors.SessionThrottled(OwnerName, OwnerReset);
        await _guard.MarkAsync(OwnerName, cancellationToken);
        Take(history, mayTake);
        return null;
    }

    /// <summary>What cannot go on elsewhere can here, later; a conflict cannot.</summary>
    private GatewayError Until(GatewayError refusal) => refusal.Status == StatusCodes.Status503ServiceUnavailable ? refusal with { RetryAfter = OwnerReset } : refusal;

    private async ValueTask<History> HistoryAsync(CancellationToken cancellationToken) => _history ??= await services.History.ReadAsync(_session, cancellationToken);

    private void Take(History history, Func<BackendModel, bool> mayTake)
    {
        // All of it is in what goes out, for as long as the answer takes.
        (_mayTake, _session.Replay, _history) = (mayTake, history.Report, null);
        _session.Outgoing = RequestBody.WithHistory(_session.Body, history.Items);
    }

    /// <summary>Whether the content may be there, and the model is.</summary>
    private bool Shares(BackendModel backend) =>
        backend.DataBoundary is { } boundary && boundary.Equals(_owner?.DataBoundary, StringComparison.OrdinalIgnoreCase)
        && (backend.Deployments is not { } deployments || _session.Keys.Model is not { } model || deployments.Contains(model, StringComparer.OrdinalIgnoreCase));

    /// <summary>A drained backend keeps the sessions that it has.</summary>
    private bool CanServe(BackendModel backend) => backend == _owner ? backend.State.Breaker.Trip is null : backend.State.IsEligible;

    private bool HasOther => _mayTake is not null && _pool.Backends.Any(backend => backend != routed.Attempt?.Backend && CanServe(backend) && !_failed.Contains(backend) && _mayTake(backend));
}
