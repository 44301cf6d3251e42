using System.Net;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Observation;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Forwarding;

/// <summary>Has the answers of session-aware APIs observed: events as they pass, JSON whole, deletions by their status.</summary>
internal sealed partial class SessionAnswers(SessionRecorder recorder, IOptions<SessionsOptions> options, TimeProvider time, ILogger<SessionAnswers> logger)
{
    /// <summary>Who observes an answer that goes to a session-aware API's caller; null where it says nothing of sessions.</summary>
    public async ValueTask<SessionObserver?> BeginAsync(HttpContext context, RoutedRequest routed, HttpResponseMessage answer)
    {
        var isDeletion = HttpMethods.IsDelete(context.Request.Method);
        if (routed.Session is not { } session || !(answer.IsSuccessStatusCode || (isDeletion && answer.StatusCode == HttpStatusCode.NotFound)))
            return null;
        var observer = new SessionObserver(session, routed.Attempt!.Backend.Name, recorder, time.GetUtcNow(), options.Value.Retention);
        if (isDeletion)
        {
            await observer.ForgetAsync();
            return null;
        }

        if (session is { Path.Operation: ApiOperation.Stateless or ApiOperation.Other or ApiOperation.CountTokens, Pool.Ids.Fields.Count: 0 }
            && session.LearnedFrom(routed.Attempt.Backend.Name).Count == 0)
        {
            return null;
        }

        if (answer.Content.Headers.ContentEncoding.Count > 0)
            LogUnobserved(routed.RequestId, routed.Attempt.Backend.Name);
        return observer;
    }

    /// <summary>Passes a JSON answer on after all that it says is recorded. What is too large to be held is recorded by its ids alone.</summary>
    /// <returns>Whether the rest of it is still to be passed on.</returns>
    public static async ValueTask<bool> PassOnAsync(HttpContext context, SessionObserver observer, HeldAnswer held, CancellationToken cancellationToken)
    {
        await observer.ObserveJsonAsync(held.Bytes, held.IsWhole);
        await context.Response.Body.WriteAsync(held.Bytes, cancellationToken);
        return !held.IsWhole;
    }

    /// <summary>Reads an answer to its end, or to the bound.</summary>
    /// <exception cref="IOException">The backend broke off.</exception>
    public async ValueTask<HeldAnswer> HoldAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var bound = options.Value.MaxRecordedBytes;
        if (answer.Content.Headers.ContentLength <= bound)
            return new(await answer.Content.ReadAsByteArrayAsync(cancellationToken), IsWhole: true);

        var stream = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var held = new MemoryStream();
        var buffer = new byte[81_920];
        while (held.Length <= bound)
        {
            var count = await stream.ReadAsync(buffer, cancellationToken);
            if (count == 0)
                return new(held.ToArray(), IsWhole: true);
            held.Write(buffer, 0, count);
        }

        return new(held.ToArray(), IsWhole: false);
    }

    [LoggerMessage(LogLevel.Warning, "Request {RequestId}: backend {Backend} compressed its answer unasked; the session cannot be recorded.")]
    private partial void LogUnobserved(string requestId, string backend);
}
