using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>
/// A path of a session-aware API, read. Literals are matched whatever their case, as servers do; ids exactly. The families are those under which OpenAI,
/// Azure and Foundry offer the API: <c>/v1</c>, <c>/openai/v1</c>, <c>/openai</c>, and the same below <c>/api/projects/{project}</c>.
/// </summary>
/// <param name="Operation">What it is about.</param>
/// <param name="Id">The id in it; null where it has none.</param>
/// <param name="Rest">What follows the id, without slashes around it.</param>
/// <param name="Key">The pool's own path key that matched.</param>
internal readonly record struct ApiPath(ApiOperation Operation, string? Id = null, string Rest = "", PathKey? Key = null)
{
    private static readonly PathString s_projects = "/api/projects";
    private static readonly PathString[] s_families = ["/openai/v1", "/openai", "/v1"];
    private static readonly PathString s_responses = "/responses";
    private static readonly PathString s_conversations = "/conversations";
    private static readonly PathString s_deployments = "/deployments";
    private static readonly PathString s_models = "/models";
    private static readonly PathString[] s_stateless = ["/chat/completions", "/completions", "/embeddings", "/moderations"];

    /// <summary>Reads <paramref name="path"/>, which is what follows the API's own.</summary>
    public static ApiPath Read(string method, PathString path, IdAffinity affinity)
    {
        var rest = WithoutFamily(path);
        var creates = HttpMethods.IsPost(method);
        foreach (var key in affinity.Paths)
        {
            if (!Below(rest, key.Collection, out var declared) || (key.Name is null && !(creates && declared.Id is null)))
                continue;
            if (declared.Id is not null)
                return new(ApiOperation.Declared, declared.Id, declared.Below, key);
            return creates ? new(ApiOperation.CreateDeclared, Key: key) : new(ApiOperation.Other);
        }

        if (Below(rest, s_responses, out var response))
        {
            return response switch
            {
                (null, _) => new(creates ? ApiOperation.CreateResponse : ApiOperation.Other),
                (var name, "") when creates && Is(name, "compact") => new(ApiOperation.Compact),
                (var name, "") when creates && Is(name, "input_tokens") => new(ApiOperation.CountTokens),
                _ => new(ApiOperation.Response, response.Id, response.Below),
            };
        }

        if (Below(rest, s_conversations, out var conversation))
            return conversation.Id is null ? new(creates ? ApiOperation.CreateConversation : ApiOperation.Other) : new(ApiOperation.Conversation, conversation.Id, conversation.Below);
        return new(IsStateless(method, rest) ? ApiOperation.Stateless : ApiOperation.Other);
    }

    /// <summary>Whether <paramref name="path"/> begins as the families do, which no path does once it is read.</summary>
    public static bool HasFamily(PathString path) =>
        path.StartsWithSegments(s_projects, StringComparison.OrdinalIgnoreCase) || s_families.Any(family => path.StartsWithSegments(family, StringComparison.OrdinalIgnoreCase));

    private static PathString WithoutFamily(PathString path)
    {
        if (Below(path, s_projects, out var project) && project.Id is not null)
            path = "/" + project.Below;
        foreach (var family in s_families)
        {
            if (path.StartsWithSegments(family, StringComparison.OrdinalIgnoreCase, out var rest))
                return rest;
        }

        return path;
    }

    /// <summary>Creating nothing that could be read again; reading of models is the only reading.</summary>
    private static bool IsStateless(string method, PathString path)
    {
        if (HttpMethods.IsGet(method))
            return path.StartsWithSegments(s_models, StringComparison.OrdinalIgnoreCase);
        if (!HttpMethods.IsPost(method))
            return false;
        if (Below(path, s_deployments, out var deployment) && deployment.Id is not null)
            path = "/" + deployment.Below;
        return s_stateless.Any(known => path.Equals(known, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="collection"/> or below it; then what stands there.</summary>
    private static bool Below(PathString path, PathString collection, out (string? Id, string Below) found)
    {
        found = default;
        if (!path.StartsWithSegments(collection, StringComparison.OrdinalIgnoreCase, out var below))
            return false;
        var text = below.Value!.Trim('/');
        var slash = text.IndexOf('/');
        found = text.Length == 0 ? (null, "") : slash < 0 ? (text, "") : (text[..slash], text[(slash + 1)..]);
        return true;
    }

    private static bool Is(string? segment, string name) => name.Equals(segment, StringComparison.OrdinalIgnoreCase);
}
