using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>
/// One request to a pool whose backends keep no state: the caller stores with the gateway, every request takes its whole history along, and so any backend serves it.
/// </summary>
internal sealed class Injection(RoutedRequest routed, Retries retries, SessionContinuity services) : IRecourse
{
    private readonly SessionRequest _session = routed.Session!;

    /// <summary>Whether <paramref name="session"/> may have a history: what else there is begins anew each time, or is where it was made.</summary>
    public static bool Serves(SessionRequest session) => session is
    {
        Pool.Ids.Replay.Injects: true,
        Path.Operation: ApiOperation.CreateResponse or ApiOperation.Compact or ApiOperation.CountTokens or ApiOperation.Response or ApiOperation.CreateConversation or ApiOperation.Conversation,
    };

    public async ValueTask<IResult?> BeginAsync(CancellationToken cancellationToken) => _session.Path switch
    {
        { Operation: ApiOperation.CreateResponse } => await InjectAsync(cancellationToken) ?? await retries.BeginAsync(cancellationToken),
        { Operation: ApiOperation.Compact or ApiOperation.CountTokens } => await InjectAsync(cancellationToken),
        { Operation: ApiOperation.Response } path => await AnswerAsync(path, cancellationToken),
        _ => InjectionErrors.NoConversations(),
    };

    public Selection Select()
    {
        var selection = retries.Select();
        return _session.Replay is not null && selection.Refusal is null ? selection with { Affinity = AffinityOutcome.Replayed } : selection;
    }

    public bool Withholds(AttemptOutcome outcome) => retries.Withholds(outcome);

    public ValueTask<IResult?> AfterRefusalAsync(Selection refused, CancellationToken cancellationToken) => retries.AfterRefusalAsync(refused, cancellationToken);

    public ValueTask<IResult?> AfterFailureAsync(Attempt failed, CancellationToken cancellationToken) => retries.AfterFailureAsync(failed, cancellationToken);

    public ValueTask EndAsync(Attempt? last, bool isServed) => retries.EndAsync(last, isServed);

    private async ValueTask<IResult?> InjectAsync(CancellationToken cancellationToken)
    {
        var (keys, creates) = (_session.Keys, _session.Path.Operation == ApiOperation.CreateResponse);
        if (keys.Background)
            return InjectionErrors.NoBackground();
        if (keys.ConversationId is not null)
            return InjectionErrors.NoConversations();
        if (keys is { PreviousResponseId: null, Items.Count: 0, EncryptedContents.Count: 0 })
        {
            _session.Outgoing = creates ? RequestBody.WithoutStore(_session.Body) : null;
            return null;
        }

        var history = await services.History.ReadAsync(_session, cancellationToken);
        if (history.Refusal is { } refusal)
            return refusal;
        _session.Replay = history.Report;
        _session.Outgoing = RequestBody.WithHistory(_session.Body, history.Items, creates ? false : null);
        return null;
    }

    /// <summary>What was made is with the gateway alone.</summary>
    private async ValueTask<IResult?> AnswerAsync(ApiPath path, CancellationToken cancellationToken)
    {
        if (_session.Deletes && path.Rest.Length == 0)
        {
            await services.Recorder.WriteAsync(new([], Forgotten: [SessionId.Response(path.Id!)], ForgottenBy: _session.Owner));
            return new DeletedResponse(path.Id!);
        }

        if (RecordedAnswers.MayAnswer(_session))
            return await services.Recorded.ReadAsync(_session, cancellationToken) ?? SessionErrors.ResponseNotFound(path.Id!);
        return path.Rest.Equals("cancel", StringComparison.OrdinalIgnoreCase) ? InjectionErrors.NotInBackground() : InjectionErrors.NoStreams();
    }
}
