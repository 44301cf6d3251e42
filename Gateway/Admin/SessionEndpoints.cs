using System.Globalization;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.Admin;

/// <summary><c>/admin/sessions</c>, <c>/admin/owners</c> and <c>/admin/store</c>: who is where, and erasing it.</summary>
internal static class SessionEndpoints
{
    private const int MostAtOnce = 100;
    private const int UnlessAsked = 20;

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

    // The limit is read here: what the framework cannot read it refuses without a word.
    private static async Task<IResult> ListAsync(
        ISessionStore store, PoolsSource pools, string? id, string? owner, string? backend, string? after, string? limit, CancellationToken cancellationToken)
    {
        if (!int.TryParse(limit ?? $"{UnlessAsked}", NumberStyles.None, CultureInfo.InvariantCulture, out var most) || most is < 1 or > MostAtOnce)
            return SessionErrors.Unreadable($"'limit' must be between 1 and {MostAtOnce}.", "limit");
        var page = await FindAsync(store, pools, new SessionFilter(id, owner, backend, most, after), cancellationToken);
        return Results.Json(new SessionsReport(page.Sessions, page.HasMore), AdminJson.Default.SessionsReport);
    }

    private static async Task<IResult> ShowAsync(ISessionStore store, PoolsSource pools, string id, CancellationToken cancellationToken)
    {
        var page = await FindAsync(store, pools, new SessionFilter(Whole(id)), cancellationToken);
        if (page.Sessions is not [var found])
            return SessionErrors.SessionNotFound(id);
        var turns = await store.ReadSessionAsync(found.Session, cancellationToken);
        return Results.Json(turns.Count == 0 ? new(found.Session, found.Owner, []) : SessionReport.Of(found.Session, turns, pools.Current), AdminJson.Default.SessionReport);
    }

    private static async Task<IResult> EraseSessionAsync(ISessionStore store, SessionRecorder recorder, PoolsSource pools, string id, CancellationToken cancellationToken)
    {
        var page = await FindAsync(store, pools, new SessionFilter(Whole(id)), cancellationToken);
        if (page.Sessions is not [var found])
            return SessionErrors.SessionNotFound(id);
        var erased = await recorder.EraseSessionAsync(found.Session, cancellationToken);
        return Results.Json(new ErasureReport(erased), AdminJson.Default.ErasureReport);
    }

    /// <summary>Sessions by an id as callers write it: one that a pool declares is on record under the pool's and the key's name.</summary>
    private static async Task<SessionPage> FindAsync(ISessionStore store, PoolsSource pools, SessionFilter filter, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(filter, cancellationToken);
        if (page.Sessions.Count > 0 || filter is not { Id: { } id, After: null })
            return page;
        foreach (var declared in DeclaredIds(pools.Current, id))
        {
            if (await store.ListAsync(filter with { Id = declared }, cancellationToken) is { Sessions.Count: > 0 } found)
                return found;
        }

        return page;
    }

    private static IEnumerable<string> DeclaredIds(PoolsModel model, string id) =>
        from pool in model.Pools
        from name in NamesOf(pool.Ids)
        select SessionId.Declared(pool.Name, name, id).Text;

    private static IEnumerable<string> NamesOf(IdAffinity? affinity) =>
        affinity is null ? [] : affinity.Paths.Select(path => path.Name).OfType<string>().Union(affinity.Fields, StringComparer.Ordinal);

    /// <summary>A slash within an id is the one thing that servers leave encoded in a path.</summary>
    private static string Whole(string id) => id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static async Task<IResult> EraseOwnerAsync(SessionRecorder recorder, string? owner, CancellationToken cancellationToken)
    {
        if (owner is null)
            return SessionErrors.Unreadable("'owner' is missing: /admin/owners?owner=subscription:NAME", "owner");
        var erased = await recorder.EraseOwnerAsync(owner, cancellationToken);
        return Results.Json(new ErasureReport(erased), AdminJson.Default.ErasureReport);
    }
}
