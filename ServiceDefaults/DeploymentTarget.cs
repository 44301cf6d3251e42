using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace SessionAware.ServiceDefaults;

/// <summary>What the programs of the product run against.</summary>
public enum DeploymentTarget
{
    /// <summary>Emulated regions.</summary>
    Local,

    /// <summary>Deployments in Azure, where callers are known by Microsoft Entra ID.</summary>
    Azure,
}

/// <summary>Reads the target, setting <c>SessionAware:Target</c>; the same setting for every program.</summary>
public static class DeploymentTargets
{
    /// <summary>The setting.</summary>
    public const string Setting = "SessionAware:Target";

    /// <summary>The target that <paramref name="configuration"/> sets; <see cref="DeploymentTarget.Local"/> where it sets none.</summary>
    /// <exception cref="OptionsValidationException">There is no such target.</exception>
    public static DeploymentTarget Read(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } written)
            return DeploymentTarget.Local;
        // Numbers would be read, too.
        return char.IsAsciiLetter(written[0]) && Enum.TryParse<DeploymentTarget>(written, ignoreCase: true, out var target)
            ? target
            : throw new OptionsValidationException(Setting, typeof(DeploymentTarget), [$"{Setting} is '{written}': it must be {string.Join(" or ", Enum.GetNames<DeploymentTarget>())}."]);
    }
}
