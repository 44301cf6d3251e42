namespace SessionAware.Gateway.Credentials;

/// <summary>How the gateway signs its requests by Microsoft Entra ID, section <c>Gateway:Entra</c>; in target Azure alone.</summary>
public sealed class EntraOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = $"{GatewayOptions.Section}:Entra";

    /// <summary>What tokens are asked for: the resource and <c>/.default</c>. Default <c>https://cognitiveservices.azure.com/.default</c>, which every account takes.</summary>
    public string Scope { get; set; } = "https://cognitiveservices.azure.com/.default";

    /// <summary>Whether the scope is a resource's address with all that the gateway may there.</summary>
    internal bool HasScope => Uri.TryCreate(Scope, UriKind.Absolute, out var scope) && scope.Host.Length > 0 && Scope.EndsWith("/.default", StringComparison.Ordinal);
}
