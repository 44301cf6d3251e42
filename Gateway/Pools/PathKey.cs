namespace SessionAware.Gateway.Pools;

/// <summary>A path that names state, such as <c>/threads/{thread_id}</c>, or makes some, such as <c>/threads/runs</c>.</summary>
/// <param name="Collection">What stands before the id, such as <c>/threads</c>: what is created there is learned.</param>
/// <param name="Name">The id's name, such as <c>thread_id</c>; null where the path has no id and only creates.</param>
public sealed record PathKey(PathString Collection, string? Name)
{
    /// <summary>Reads <c>/threads/{thread_id}</c> or <c>/threads/runs</c>.</summary>
    public static PathKey Parse(string template)
    {
        var parameter = template.LastIndexOf('/');
        return template[^1] == '}' ? new(template[..parameter], template[(parameter + 2)..^1]) : new(template, Name: null);
    }
}
