using System.Net;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Observation;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.Threads;

namespace SessionAware.Gateway.Forwarding;

/// <summary>Has the answers of session-aware APIs observed: events as they pass, JSON whole, deletions by their status.</summary>
internal sealed partial class SessionAnswers(
    SessionRecorder recorder, IOptions<SessionsOptions> options, IOptions<GatewayOptions> gateway, TimeProvider time, ILogger<SessionAnswers> logger)
{
    private const int ReadSize = 81_920;

    /// <summary>Bytes of an answer, or of one event, that are held at most.</summary>
    public int LongestHeld => options.Value.MaxRecordedBytes;

    /// <summary>Who observes an answer that goes to a session-aware API's caller; null where it says nothing of sessions.</summary>
    public async ValueTask<SessionObserver?> BeginAsync(HttpContext context, RoutedRequest routed, HttpResponseMessage answer)
    {
        var isDeletion = HttpMethods.IsDelete(context.Request.Method);
        if (routed.Session is not { } session || !(answer.IsSuccessStatusCode || (isDeletion && answer.StatusCode == HttpStatusCode.NotFound)))
            return null;
        var sending = routed.Attempt!.Number;
        session.Told?.Trace(sending);
        var observer = new SessionObserver(session, routed.Attempt.Backend.Name, recorder, time.GetUtcNow(), options.Value.Retention)
        {
            Sending = sending,
            // What the region does not have is forgotten, too; but a 404 may be about the address, and so what it says must be read.
            IsRefusedDeletion = !answer.IsSuccessStatusCode,
        };
        if (isDeletion && answer.IsSuccessStatusCode)
        {
            await observer.ForgetAsync();
            return null;
        }

        if (!isDeletion && session is { Path.Operation: ApiOperation.Stateless or ApiOperation.Other or ApiOperation.CountTokens, Pool.Ids.Fields.Count: 0 }
            && session.LearnedFrom(routed.Attempt.Backend.Name).Count == 0 && !session.HasMovedTo(routed.Attempt.Backend.Name))
        {
            return null;
        }

        if (answer.Content.Headers.ContentEncoding.Count > 0)
            LogUnobserved(routed.RequestId, routed.Attempt.Backend.Name);
        return observer;
    }

    /// <summary>Passes a JSON answer on after all that it says is recorded. What is too large to be held is recorded by its ids alone.</summary>
    /// <returns>Whether the rest of it is still to be passed on.</returns>
    public static async ValueTask<bool> PassOnAsync(HttpContext context, SessionObserver? observer, HeldAnswer held, CancellationToken cancellationToken)
    {
        if (observer is not null)
            await observer.ObserveJsonAsync(held.Bytes, held.IsWhole);
        await context.Response.Body.WriteAsync(held.Bytes, cancellationToken);
        return !held.IsWhole;
    }

    /// <summary>Reads an answer to its end, or to the bound. As long as something comes it may take its time, as if it were passed on meanwhile.</summary>
    /// <exception cref="IOException">The backend broke off.</exception>
    /// <exception cref="OperationCanceledException">The client hung up, or the backend was silent for too long.</exception>
    public async ValueTask<HeldAnswer> HoldAsync(HttpResponseMessage answer, CancellationToken aborted)
    {
        var limit = gateway.Value.ActivityTimeout;
        using var silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        var stream = await answer.Content.ReadAsStreamAsync(aborted);

        async ValueTask<int> ReadAsync(Memory<byte> buffer)
        {
            var reading = stream.ReadAsync(buffer, silence.Token);
            // A short answer came with its head.
            if (reading.IsCompleted)
                return await reading;
            silence.CancelAfter(limit);
            await using (aborted.UnsafeRegister(static silence => ((CancellationTokenSource)silence!).Cancel(), silence))
                return await reading;
        }

        if (answer.Content.Headers.ContentLength is { } length && length <= LongestHeld)
        {
            var whole = new byte[length];
            var filled = 0;
            while (filled < length && await ReadAsync(whole.AsMemory(filled)) is > 0 and var count)
                filled += count;
            await SocketCompletions.LeaveForAsync(filled);
            return new(whole.AsMemory(0, filled), IsWhole: true);
        }

        using var held = new MemoryStream();
        var buffer = new byte[ReadSize];
        var isWhole = false;
        while (!isWhole && held.Length <= LongestHeld)
        {
            var count = await ReadAsync(buffer);
            isWhole = count == 0;
            held.Write(buffer, 0, count);
        }

        await SocketCompletions.LeaveForAsync(held.Length);
        return new(held.ToArray(), isWhole);
    }

    [LoggerMessage(LogLevel.Warning, "Request {RequestId}: backend {Backend} compressed its answer unasked; the session cannot be recorded.")]
    private partial void LogUnobserved(string requestId, string backend);
}
