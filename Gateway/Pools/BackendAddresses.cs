using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.Pools;

/// <summary>
/// Where a backend is: <c>Backends:{name}:Url</c>, else the endpoint that service discovery configured under the backend's name
/// (<c>services:{name}:https:0</c> or <c>:http:0</c>, as Aspire injects it), else the <c>url</c> that an entry imported from APIM brought along.
/// </summary>
public static class BackendAddresses
{
    /// <summary>The setting that holds a backend's address, in the spelling of environment variables.</summary>
    public static string SettingOf(string backend) => $"Backends__{backend}__Url";

    /// <summary>The setting that holds the gateway's own key for a backend.</summary>
    internal static string KeySettingOf(string backend) => $"Backends__{backend}__ApiKey";

    /// <summary>The address that the configuration gives a backend; null where it gives none.</summary>
    public static string? Configured(IConfiguration configuration, string backend) =>
        ((string?[])[configuration[$"Backends:{backend}:Url"], configuration[$"services:{backend}:https:0"], configuration[$"services:{backend}:http:0"]])
        .FirstOrDefault(address => !string.IsNullOrWhiteSpace(address));

    /// <summary>The gateway's own key there, <c>Backends:{name}:ApiKey</c>; null where it has none.</summary>
    internal static BackendKey? KeyOf(IConfiguration configuration, string backend) =>
        configuration[$"Backends:{backend}:ApiKey"] is { Length: > 0 } key ? new(key) : null;

    /// <summary>The address without a trailing slash, or why there is none.</summary>
    internal static (string? Address, string? Fault) Find(IConfiguration configuration, BackendResource resource, DeploymentTarget target)
    {
        var isAzure = target == DeploymentTarget.Azure;
        var (configured, setting) = (Configured(configuration, resource.Name), SettingOf(resource.Name));
        var written = configured ?? resource.Properties?.Url;
        if (string.IsNullOrWhiteSpace(written))
            return (null, $"backend '{resource.Name}' has no address: set {setting}, for example to {(isAzure ? "https://my-account.openai.azure.com" : "http://localhost:5081")}");
        var source = configured is null ? "its url" : setting;
        if (!Uri.TryCreate(written, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Query.Length > 0 || address.Fragment.Length > 0)
            return (null, $"backend '{resource.Name}': {source} is '{WithoutUser(written)}', which is no http(s) address without query and fragment");
        if (isAzure && address is { Scheme: "http", IsLoopback: false })
            return (null, $"backend '{resource.Name}': {source} is '{WithoutUser(written)}', and what the gateway signs is never sent in plain text: in target Azure set {setting} to an https address (http on the loopback alone)");
        return address.UserInfo.Length > 0
            ? (null, $"backend '{resource.Name}': {source} has a user in it; send credentials with the request")
            : (address.AbsoluteUri.TrimEnd('/'), null);
    }

    // Whatever stands before an @ may be a password.
    private static string WithoutUser(string address) => address[(address.LastIndexOf('@') + 1)..];
}
