using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Replay;

/// <summary>Keeps one request from being executed twice without a mark: what is sent again is marked before, and what nobody knows is said and remembered.</summary>
/// <param name="session">The request.</param>
/// <param name="markers">What is remembered of requests.</param>
/// <param name="remembers">Whether the same words are refused later, too.</param>
internal sealed class ExecutionGuard(SessionRequest session, AttemptMarkers markers, bool remembers = true)
{
    private bool _settles;

    /// <summary>The backend that was lost with the request, and may have executed it; null while none was.</summary>
    public string? LostAt { get; set; }

    /// <summary>Whether this very request has committed a marker.</summary>
    public bool HasMarked { get; private set; }

    /// <summary>The caller is sure: whatever was not known of it is settled with this request.</summary>
    public void BeSure() => _settles = true;

    /// <summary>Commits a marker, once.</summary>
    /// <exception cref="SessionStoreException">The store did not take it.</exception>
    public async ValueTask MarkAsync(string backend, CancellationToken cancellationToken)
    {
        if (!HasMarked)
            await markers.CommitAsync(session, backend, wasSent: LostAt is not null || session.IsSure, cancellationToken);
        HasMarked = _settles = true;
    }

    /// <summary>
    /// What follows, unless that is an answer and a backend was lost with the request: clients would send it again by themselves, as if it had not been sent.
    /// </summary>
    public async ValueTask<IResult?> UnlessLostAsync(ValueTask<IResult?> next)
    {
        try
        {
            var answer = await next;
            if (answer is null || LostAt is null)
                return answer;
        }
        catch (SessionStoreException) when (LostAt is not null)
        {
            // What cannot be marked is not sent again.
        }

        _settles = false;
        if (remembers)
            await markers.StayAsync(session, LostAt);
        return ReplayErrors.ExecutionUncertain(LostAt);
    }

    /// <summary>The request has ended; with an outcome unless the caller hung up.</summary>
    public ValueTask EndAsync(bool hasOutcome) => _settles && hasOutcome ? new(markers.SettleAsync(session)) : ValueTask.CompletedTask;
}
