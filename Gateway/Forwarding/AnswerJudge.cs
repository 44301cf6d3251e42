using System.Net;
using Microsoft.Net.Http.Headers;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Observation;

namespace SessionAware.Gateway.Forwarding;

/// <summary>Judges a backend's answer before anything of it is released: by its status, or by the error that its first event reports inside of a 200.</summary>
internal sealed class AnswerJudge(TimeProvider time)
{
    private const string EventStream = "text/event-stream";

    // A model may think for long before its first event; the caller gets the answer's head by then, unless all could still go elsewhere.
    private static readonly TimeSpan s_longestPeek = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Judges <paramref name="response"/>. A failure is told to the attempt's circuit breaker at once; a good beginning concludes nothing, for the answer may
    /// still break off. The first event of a stream that is slow is judged when it comes.
    /// </summary>
    /// <returns>The failure, null where there is none so far; and whether the answer is a stream whose first event is still to come.</returns>
    public async ValueTask<(AttemptOutcome? Failure, bool IsOpen)> JudgeAsync(
        RoutedRequest routed, HttpResponseMessage response, CancellationToken hungUp, CancellationToken cancellationToken)
    {
        var attempt = routed.Attempt!;
        var isOpen = false;
        if (response.StatusCode >= HttpStatusCode.BadRequest)
            attempt.Conclude(new((int)response.StatusCode, RetryAfter: RetryAfterOf(response)));
        else if (IsEventStream(response))
            isOpen = !await PeekAsync(attempt, response, routed.Recourse.HoldsHead ? Timeout.InfiniteTimeSpan : s_longestPeek, hungUp, cancellationToken);
        return (attempt.Outcome, isOpen);
    }

    /// <summary>Whether an answer is a stream of events that can be seen: compressed ones have no boundaries.</summary>
    public static bool IsEventStream(HttpResponseMessage response) =>
        // Most are none, and their type need not be parsed for that.
        response.Content.Headers.NonValidated.TryGetValues(HeaderNames.ContentType, out var type) && type.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase)
        && EventStream.Equals(response.Content.Headers.ContentType?.MediaType, StringComparison.OrdinalIgnoreCase)
        && response.Content.Headers.ContentEncoding.All(encoding => encoding.Equals("identity", StringComparison.OrdinalIgnoreCase));

    /// <summary>False where the first event has not come in time.</summary>
    private async Task<bool> PeekAsync(Attempt attempt, HttpResponseMessage response, TimeSpan longest, CancellationToken hungUp, CancellationToken cancellationToken)
    {
        void Conclude(int? status)
        {
            if (status is { } error)
                attempt.Conclude(new(error, RetryAfter: RetryAfterOf(response)));
        }

        var events = new FirstEventStream(await response.Content.ReadAsStreamAsync(cancellationToken), Conclude, () => !hungUp.IsCancellationRequested && attempt.BreakOff(), cancellationToken);
        var headers = response.Content.Headers;
        response.Content = new StreamContent(events);
        foreach (var (name, values) in headers.NonValidated)
            response.Content.Headers.TryAddWithoutValidation(name, values);

        using var released = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var isJudged = await events.PeekAsync(Task.Delay(longest, time, released.Token));
        await released.CancelAsync();
        // Given up rather than slow: the reader will see it.
        return isJudged || cancellationToken.IsCancellationRequested;
    }

    private TimeSpan? RetryAfterOf(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is var wait => wait > TimeSpan.Zero ? wait : TimeSpan.Zero,
        _ => null,
    };
}
