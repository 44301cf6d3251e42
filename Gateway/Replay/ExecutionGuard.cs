using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Forwarding;
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
        catch (OperationCanceledException) when (LostAt is not null)
        {
            await StayAsync(LostAt);
            throw;
        }

        await StayAsync(LostAt);
        return ReplayErrors.ExecutionUncertain(LostAt);
    }

    /// <summary>
    /// The request has ended. What became of it is known where the caller has an attempt's answer, or where no backend was lost and none is still at it. Where nothing
    /// was sent at all, or a token was refused, only what is known of it alone is settled.
    /// </summary>
    public ValueTask EndAsync(Attempt? last, bool isServed)
    {
        var isOver = last is null or { IsTokenRefused: true } ? HasMarked && !session.IsSure : last.Outcome is not null;
        return _settles && isOver && (isServed || LostAt is null) ? new(markers.SettleAsync(session)) : ValueTask.CompletedTask;
    }

    private Task StayAsync(string lostAt)
    {
        _settles = false;
        return remembers ? markers.StayAsync(session, lostAt) : Task.CompletedTask;
    }
}
