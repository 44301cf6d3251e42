using Microsoft.Extensions.Options;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Checks the issuer: tokens that somebody on the way could have made prove nothing.</summary>
internal sealed class EntraValidation : IValidateOptions<RegionOptions>
{
    public ValidateOptionsResult Validate(string? name, RegionOptions options)
    {
        if (options.Entra.Authority is not { } authority)
            return ValidateOptionsResult.Success;
        List<string> faults = [];
        if (!(authority.IsAbsoluteUri && (authority.Scheme == "https" || (authority.Scheme == "http" && authority.IsLoopback))))
            faults.Add("Region:Entra:Authority must be the issuer's https address (http on the loopback alone).");
        if (options.Flavor != ApiFlavor.Azure)
            faults.Add("Region:Entra:Authority needs Region:Flavor=Azure: api.openai.com takes no tokens of Microsoft Entra ID.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
