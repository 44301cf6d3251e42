using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Rules;

/// <summary>Reads the file of rules when the region starts, so that a broken one is told then.</summary>
internal sealed class RulesValidation : IValidateOptions<RegionOptions>
{
    public ValidateOptionsResult Validate(string? name, RegionOptions options)
    {
        if (options.RulesFile is not { Length: > 0 } path)
            return ValidateOptionsResult.Success;
        var (_, faults) = RuleBook.Read(path);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults.Select(fault => $"Region:RulesFile: {fault}")) : ValidateOptionsResult.Success;
    }
}
