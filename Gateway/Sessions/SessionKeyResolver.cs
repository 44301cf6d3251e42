using Microsoft.Net.Http.Headers;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Threads;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// Stage ① of APIs with affinity by ids: who asks, what state the request names, and where that is. Every id that names state must be the caller's; the
/// first that does decides; hints never contradict it.
/// </summary>
internal sealed class SessionKeyResolver(OwnerIdentifier owners, SessionLookup lookup, PinCache cache, AffinityCookie cookie)
{
    private static readonly string[] s_utf8 = ["utf-8", "utf8"];
    private static readonly string[] s_tunnels = ["websocket", "spdy/"];

    /// <summary>Reads <paramref name="context"/>'s request.</summary>
    /// <param name="context">The request, whose body is limited already.</param>
    /// <param name="pool">A pool with affinity by ids.</param>
    /// <param name="path">What follows the API's own path.</param>
    /// <param name="bodyLimit">The limit, for the message.</param>
    /// <returns>The request, its key, or why it is refused.</returns>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<(SessionRequest? Request, SessionKey Key, GatewayError? Refusal)> ResolveAsync(HttpContext context, PoolModel pool, PathString path, long bodyLimit)
    {
        if (IsUpgrade(context.Request))
            return (null, SessionKey.None, SessionErrors.WebSocketNotSupported());
        var caller = await owners.IdentifyAsync(context);
        if (caller.Owner is not { } owner)
            return (null, SessionKey.None, caller.Refusal);

        var affinity = pool.Ids!;
        var request = new SessionRequest
        {
            Pool = pool,
            Owner = owner,
            Path = ApiPath.Read(context.Request.Method, path, affinity),
            Since = cache.Forgotten.Now,
            Reads = HttpMethods.IsGet(context.Request.Method) && context.Request.Query["stream"].ToString() is not "true",
            Deletes = HttpMethods.IsDelete(context.Request.Method),
            IsAscending = context.Request.Query["order"].ToString() is "asc",
            IsSure = context.Request.Headers[ReplayErrors.AttemptHeader].ToString() == ReplayErrors.AttemptAgain,
        };
        if (owners.IsOn && (request.Path.Operation == ApiOperation.Other || HasSeveralReadings(path)))
            return (request, SessionKey.None, SessionErrors.PathNotAllowed(path));

        if (HasKeysInBody(context.Request, request) && await ReadBodyAsync(context, request, bodyLimit) is { } unreadable)
            return (request, SessionKey.None, unreadable);
        var refusal = await FindAllAsync(context, request, affinity.RejectUnknown ?? owners.IsOn);
        var key = request.Pin is { } pin ? new SessionKey(pin.Id.Kind, pin.Backend) : cookie.Read(context.Request, pool);
        return (request, key, refusal);
    }

    private async ValueTask<GatewayError?> FindAllAsync(HttpContext context, SessionRequest request, bool rejectUnknown)
    {
        var (path, keys) = (request.Path, request.Keys);
        if (keys is { PreviousResponseId: not null, ConversationId: not null })
            return SessionErrors.MutuallyExclusive();

        var pathId = path.Operation switch
        {
            ApiOperation.Response => SessionId.Response(path.Id!),
            ApiOperation.Conversation => SessionId.Conversation(path.Id!),
            ApiOperation.Declared => SessionId.Declared(request.Pool.Name, path.Key!.Name!, path.Id!),
            _ => (SessionId?)null,
        };

        async ValueTask<GatewayError?> RequireAsync(SessionId id, GatewayError notFound)
        {
            if (await FindAsync(context, request, id) is { } pin)
                Decide(request, pin);
            else if (rejectUnknown)
                return notFound;
            else
                request.Unknown.Add(id);
            return null;
        }

        if (keys.PreviousResponseId is { } previous && await RequireAsync(SessionId.Response(previous), SessionErrors.PreviousResponseNotFound(previous)) is { } noResponse)
            return noResponse;
        if (pathId is { } named && await RequireAsync(named, NotFound(path)) is { } noPath)
            return noPath;
        if (keys.ConversationId is { } conversation
            && await RequireAsync(SessionId.Conversation(conversation), SessionErrors.ConversationNotFound(conversation)) is { } noConversation)
            return noConversation;
        foreach (var item in keys.Items)
        {
            if (await RequireAsync(SessionId.Item(item), SessionErrors.ItemNotFound(item)) is { } noItem)
                return noItem;
        }

        foreach (var container in keys.Containers)
        {
            if (await RequireAsync(SessionId.Item(container), SessionErrors.ContainerNotFound(container)) is { } noContainer)
                return noContainer;
        }

        foreach (var (name, id) in keys.Declared)
        {
            if (await RequireAsync(SessionId.Declared(request.Pool.Name, name, id), SessionErrors.DeclaredNotFound(name, id)) is { } noDeclared)
                return noDeclared;
        }

        // Content that the caller holds is no claim on anybody's state: what is not on record is somebody else's to judge.
        // The latest decides: after a move, those before it are another backend's.
        for (var index = keys.EncryptedContents.Count - 1; index >= 0; index--)
        {
            if (await FindAsync(context, request, keys.EncryptedContents[index]) is not { } pin)
                continue;
            request.Readers[pin.Id] = pin.Backend;
            request.Pin ??= pin;
        }

        await FindHintsAsync(context, request);
        return null;
    }

    private async ValueTask FindHintsAsync(HttpContext context, SessionRequest request)
    {
        foreach (var name in request.Pool.Ids!.Headers)
        {
            if (context.Request.Headers[name].ToString() is not { Length: > 0 } value)
                continue;
            // Whatever a caller writes there is theirs alone.
            var id = SessionId.Header(request.Pool.Name, name, $"{request.Owner}\n{value}");
            if (await FindAsync(context, request, id) is { } pin)
                Decide(request, pin);
            else
                request.Unknown.Add(id);
        }
    }

    private ValueTask<Pin?> FindAsync(HttpContext context, SessionRequest request, SessionId id) => lookup.FindAsync(id, request.Owner, request.Patience, context.RequestAborted);

    /// <summary>The first that is found decides.</summary>
    private void Decide(SessionRequest request, Pin pin)
    {
        if (request.Pin is not null)
            return;
        (request.Pin, request.IsPinKeptLonger) = (pin, lookup.IsWorthKeepingLonger(pin));
    }

    private static async ValueTask<GatewayError?> ReadBodyAsync(HttpContext context, SessionRequest request, long limit)
    {
        if (context.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } encoding && !encoding.Equals("identity", StringComparison.OrdinalIgnoreCase))
            return SessionErrors.EncodedBody(encoding);
        if (CharsetOf(context.Request.ContentType) is { } charset && !s_utf8.Contains(charset, StringComparer.OrdinalIgnoreCase))
            return SessionErrors.EncodedBody(charset);
        try
        {
            request.Body = await RequestBodyReader.ReadAsync(context.Request, context.RequestAborted);
            // Whoever waited for an issuer's keys may go on where those came in.
            await SocketCompletions.LeaveForAsync(request.Body.Length);
            // A conversation may begin with nothing, and what a pool declares may be asked for without a body.
            if (request.Body.Length > 0 || MustHaveBody(context.Request, request.Path))
                request.Keys = BodyKeysReader.Read(request.Body, request.Pool.Ids!.Fields, InputOf(request.Path));
            return null;
        }
        catch (UnreadableBodyException unreadable)
        {
            return SessionErrors.Unreadable(unreadable.Message, unreadable.Param);
        }
        catch (BadHttpRequestException tooLarge) when (tooLarge.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return GatewayErrors.RequestTooLarge(limit);
        }
        catch (IOException) when (!context.RequestAborted.IsCancellationRequested)
        {
            return GatewayErrors.UnreadableBody();
        }
    }

    private static bool HasKeysInBody(HttpRequest request, SessionRequest session) => session.Path.Operation switch
    {
        ApiOperation.CreateResponse or ApiOperation.Compact or ApiOperation.CountTokens or ApiOperation.CreateConversation => true,
        ApiOperation.Conversation when AddsItems(request, session.Path) => true,
        // Where everybody may come in, uploads pass; elsewhere these paths are not there.
        ApiOperation.Other => DeclaresFields(request, session) && request.HasJsonContentType(),
        // A region may read JSON whatever it is called.
        _ => DeclaresFields(request, session),
    };

    private static bool DeclaresFields(HttpRequest request, SessionRequest session) => session.Pool.Ids!.Fields.Count > 0 && !HttpMethods.IsGet(request.Method);

    private static bool AddsItems(HttpRequest request, ApiPath conversation) => HttpMethods.IsPost(request.Method) && conversation.Rest.Length > 0;

    private static bool MustHaveBody(HttpRequest request, ApiPath path) => path.Operation switch
    {
        ApiOperation.CreateResponse or ApiOperation.Compact or ApiOperation.CountTokens => true,
        ApiOperation.Conversation => AddsItems(request, path),
        _ => false,
    };

    private static string InputOf(ApiPath path) => path.Operation is ApiOperation.CreateConversation or ApiOperation.Conversation ? "items" : "input";

    private static GatewayError NotFound(ApiPath path) => path.Operation switch
    {
        ApiOperation.Response => SessionErrors.ResponseNotFound(path.Id!),
        ApiOperation.Conversation => SessionErrors.ConversationNotFound(path.Id!),
        _ => SessionErrors.DeclaredNotFound(path.Key!.Name!, path.Id!),
    };

    /// <summary>Where an encoded slash, a second encoding or a backslash is left, a region may see segments that are not there.</summary>
    private static bool HasSeveralReadings(PathString path) => path.Value.AsSpan().ContainsAny('%', '\\');

    /// <summary>How a body says that its letters are encoded: whoever believes that may read other keys in it.</summary>
    private static string? CharsetOf(string? contentType) => contentType == "application/json" ? null :
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.Charset is { Length: > 0 } charset ? HeaderUtilities.RemoveQuotes(charset).Value : null
        : contentType?.Contains("charset", StringComparison.OrdinalIgnoreCase) == true ? contentType : null;

    /// <summary>Whether the forwarder would tunnel it, unread from then on.</summary>
    private static bool IsUpgrade(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method) || s_tunnels.Any(protocol => request.Headers.Upgrade.ToString().Contains(protocol, StringComparison.OrdinalIgnoreCase));
}
