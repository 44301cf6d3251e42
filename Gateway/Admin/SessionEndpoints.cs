using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Admin;

/// <summary><c>/admin/sessions</c>, <c>/admin/owners</c> and <c>/admin/store</c>: who is where, and erasing it.</summary>
internal static class SessionEndpoints
{
    private const int MostAtOnce = 100;

    public static void MapSessions(this RouteGroupBuilder admin)
    {
        admin.MapGet("/store", (PinCache cache, SessionRecorder recorder) =>
            Results.Json(new StoreReport(cache.Count, recorder.Waiting, recorder.Lost), AdminJson.Default.StoreReport));
        var sessions = admin.MapGroup("").AddEndpointFilter(ExplainOutageAsync);
        sessions.MapGet("/sessions", ListAsync);
        sessions.MapGet("/sessions/{id}", ShowAsync);
        sessions.MapDelete("/sessions/{id}", EraseSessionAsync);
        sessions.MapDelete("/owners", EraseOwnerAsync);
    }

    private static async ValueTask<object?> ExplainOutageAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (SessionStoreException)
        {
            return SessionErrors.StoreUnavailable();
        }
    }

    private static async Task<IResult> ListAsync(ISessionStore store, string? id, string? owner, string? backend, string? after, int? limit, CancellationToken cancellationToken)
    {
        if (limit is < 1 or > MostAtOnce)
            return SessionErrors.Unreadable($"'limit' must be between 1 and {MostAtOnce}.", "limit");
        var page = await store.ListAsync(new SessionFilter(id, owner, backend, limit ?? 20, after), cancellationToken);
        return Results.Json(new SessionsReport(page.Sessions, page.HasMore), AdminJson.Default.SessionsReport);
    }

    private static async Task<IResult> ShowAsync(ISessionStore store, PoolsSource pools, string id, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(new SessionFilter(id), cancellationToken);
        if (page.Sessions is not [var found])
            return SessionErrors.SessionNotFound(id);
        var turns = await store.ReadSessionAsync(found.Session, cancellationToken);
        return Results.Json(turns.Count == 0 ? new(found.Session, found.Owner, []) : SessionReport.Of(found.Session, turns, pools.Current), AdminJson.Default.SessionReport);
    }

    private static async Task<IResult> EraseSessionAsync(ISessionStore store, SessionRecorder recorder, string id, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(new SessionFilter(id), cancellationToken);
        if (page.Sessions is not [var found])
            return SessionErrors.SessionNotFound(id);
        var erased = await recorder.EraseSessionAsync(found.Session, cancellationToken);
        return Results.Json(new ErasureReport(erased), AdminJson.Default.ErasureReport);
    }

    private static async Task<IResult> EraseOwnerAsync(SessionRecorder recorder, string? owner, CancellationToken cancellationToken)
    {
        if (owner is null)
            return SessionErrors.Unreadable("'owner' is missing: /admin/owners?owner=subscription:NAME", "owner");
        var erased = await recorder.EraseOwnerAsync(owner, cancellationToken);
        return Results.Json(new ErasureReport(erased), AdminJson.Default.ErasureReport);
    }
}
