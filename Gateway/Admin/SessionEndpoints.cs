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
    private const int Unasked = 20;

    public static void MapSessions(this RouteGroupBuilder admin)
    {
        admin.MapGet("/store", (PinCache cache, SessionRecorder recorder) =>
            Results.Json(new StoreReport(cache.Count, recorder.Waiting, recorder.Lost), AdminJson.Default.StoreReport));
        // Parameters are texts: what the framework could not read, it would answer in its own way.
        admin.MapGet("/sessions", ListAsync);
        admin.MapGet("/sessions/{**id}", ShowAsync);
        admin.MapDelete("/sessions/{**id}", EraseSessionAsync);
        admin.MapDelete("/owners", EraseOwnerAsync);
    }

    private static async Task<IResult> ListAsync(
        ISessionStore store, PoolsSource pools, string? id, string? owner, string? backend, string? after, string? limit, CancellationToken cancellationToken)
    {
        var most = Unasked;
        if (limit is not null && (!int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out most) || most is < 1 or > MostAtOnce))
            return SessionErrors.Unreadable($"'limit' must be a number between 1 and {MostAtOnce}.", "limit");
        var filter = new SessionFilter(id, owner, backend, most);
        if (after is not null && !await IsListedAsync(store, filter, after, cancellationToken))
            return SessionErrors.Unreadable("'after' must be a session of this list, as the page before it ended: there is none of that name, or not any more.", "after");
        var page = await FindAsync(store, pools, filter with { After = after }, cancellationToken);
        return Results.Json(new SessionsReport(page.Sessions, page.HasMore), AdminJson.Default.SessionsReport);
    }

    private static async Task<IResult> ShowAsync(ISessionStore store, PoolsSource pools, string? id, CancellationToken cancellationToken)
    {
        if (await FindAsync(store, pools, id, cancellationToken) is not { } found)
            return SessionErrors.SessionNotFound(Written(id));
        var turns = await store.ReadSessionAsync(found.Session, cancellationToken);
        return Results.Json(turns.Count == 0 ? new(found.Session, found.Owner, []) : SessionReport.Of(found.Session, turns, pools.Current), AdminJson.Default.SessionReport);
    }

    private static async Task<IResult> EraseSessionAsync(ISessionStore store, SessionRecorder recorder, PoolsSource pools, string? id, CancellationToken cancellationToken)
    {
        if (await FindAsync(store, pools, id, cancellationToken) is not { } found)
            return SessionErrors.SessionNotFound(Written(id));
        var erased = await recorder.EraseAsync(new(found.Session, Owner: null), cancellationToken);
        return Results.Json(new ErasureReport(erased), AdminJson.Default.ErasureReport);
    }

    /// <summary>An empty name must not happen by accident: a script whose variable is unset would erase what everybody has who came in unknown.</summary>
    private static async Task<IResult> EraseOwnerAsync(SessionRecorder recorder, string? owner, string? anonymous, CancellationToken cancellationToken)
    {
        var isAnonymous = false;
        if (anonymous is not null && !bool.TryParse(anonymous, out isAnonymous))
            return SessionErrors.Unreadable("'anonymous' must be true or false.", "anonymous");
        if (isAnonymous && !string.IsNullOrEmpty(owner))
            return SessionErrors.Unreadable("'anonymous' erases what was made while everybody was let in; it is no part of an owner's.", "anonymous");
        if (!isAnonymous && string.IsNullOrEmpty(owner))
            return SessionErrors.Unreadable("'owner' is missing: owner=subscription:NAME, or anonymous=true for what was made while everybody was let in.", "owner");
        var erased = await recorder.EraseAsync(new(Session: null, owner ?? ""), cancellationToken);
        return Results.Json(new ErasureReport(erased), AdminJson.Default.ErasureReport);
    }

    private static async Task<SessionSummary?> FindAsync(ISessionStore store, PoolsSource pools, string? id, CancellationToken cancellationToken) =>
        (await FindAsync(store, pools, new SessionFilter(Written(id), Limit: 1), cancellationToken)).Sessions is [var found] ? found : null;

    /// <summary>Of an id's forms the first that is on record.</summary>
    private static async Task<SessionPage> FindAsync(ISessionStore store, PoolsSource pools, SessionFilter filter, CancellationToken cancellationToken)
    {
        var page = await store.ListAsync(filter, cancellationToken);
        if (filter.Id is not { } id)
            return page;
        foreach (var form in DeclaredForms(id, pools.Current))
        {
            if (page.Sessions.Count > 0)
                break;
            page = await store.ListAsync(filter with { Id = form }, cancellationToken);
        }

        return page;
    }

    private static async Task<bool> IsListedAsync(ISessionStore store, SessionFilter filter, string session, CancellationToken cancellationToken) =>
        (await store.ListAsync(filter with { Id = session, Limit = 1 }, cancellationToken)).Sessions is [var found] && found.Session == session;

    /// <summary>What a pool declares is on record under its pool's and its own name: the region's id alone will do.</summary>
    private static IEnumerable<string> DeclaredForms(string id, PoolsModel model) =>
        from pool in model.Pools
        let paths = pool.Ids?.Paths.Select(path => path.Name).OfType<string>() ?? []
        from name in paths.Concat(pool.Ids?.Fields ?? []).Distinct(StringComparer.Ordinal)
        select SessionId.Declared(pool.Name, name, id).Text;

    /// <summary>The server leaves an encoded slash in a path as it is, and nothing else.</summary>
    private static string Written(string? id) => id?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase) ?? "";
}
