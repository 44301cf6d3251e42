using System.ComponentModel.DataAnnotations;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Microsoft Entra ID at one emulated region, section <c>Region:Entra</c>: an account whose local authentication is disabled.</summary>
public sealed class EntraOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = $"{RegionOptions.Section}:Entra";

    /// <summary>The issuer whose tokens the region takes, and nothing else: <c>https://login.microsoftonline.com/{tenant}/v2.0</c>, or a stand-in on the loopback. Default none: keys.</summary>
    public Uri? Authority { get; set; }

    /// <summary>Whom tokens must be for. Default <c>https://cognitiveservices.azure.com</c>.</summary>
    [Required(ErrorMessage = "Region:Entra:Audience must be the audience that tokens are for.")]
    public string Audience { get; set; } = "https://cognitiveservices.azure.com";

    /// <summary>What <paramref name="configuration"/> says, unchecked.</summary>
    internal static EntraOptions Read(IConfiguration configuration) => configuration.GetSection(Section).Get<EntraOptions>() ?? new();
}
