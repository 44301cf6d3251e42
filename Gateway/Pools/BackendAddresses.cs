namespace SessionAware.Gateway.Pools;

/// <summary>
/// Where a backend is: <c>Backends:{name}:Url</c>, else the endpoint that service discovery configured under the backend's name
/// (<c>services:{name}:https:0</c> or <c>:http:0</c>, as Aspire injects it), else the <c>url</c> that an entry imported from APIM brought along.
/// </summary>
public static class BackendAddresses
{
    /// <summary>The setting that holds a backend's address, in the spelling of environment variables.</summary>
    public static string SettingOf(string backend) => $"Backends__{backend}__Url";

    /// <summary>The address without a trailing slash, or why there is none.</summary>
    internal static (string? Address, string? Fault) Find(IConfiguration configuration, BackendResource resource)
    {
        var backend = resource.Name;
        var configured = configuration[$"Backends:{backend}:Url"]
            ?? configuration[$"services:{backend}:https:0"]
            ?? configuration[$"services:{backend}:http:0"]
            ?? resource.Properties?.Url;
        if (string.IsNullOrWhiteSpace(configured))
            return (null, $"backend '{backend}' has no address: set {SettingOf(backend)}, for example to http://localhost:5081");
        if (!Uri.TryCreate(configured, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
        {
            return (null, $"backend '{backend}': {SettingOf(backend)} is '{configured}', which is no http(s) address without query and fragment");
        }

        return (address.AbsoluteUri.TrimEnd('/'), null);
    }
}
