using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Rules;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>What answers in this region: the user's scripted rules where one fits, the emulated model otherwise.</summary>
internal sealed class RegionModel(IOptions<RegionOptions> options)
{
    private readonly RuleBook _rules = options.Value.RulesFile is { Length: > 0 } path ? RuleBook.Read(path).Book : RuleBook.Empty;

    /// <summary>Rules that were spent apply again.</summary>
    public void Reset() => _rules.Reset();

    /// <summary>The answer to a prompt.</summary>
    public ModelAnswer Answer(ModelPrompt prompt) => _rules.Answer(prompt, EmulatedModel.Answer) ?? EmulatedModel.Answer(prompt);
}
