using Microsoft.Extensions.Options;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Checks every annotated setting of a region at start; the code is generated.</summary>
[OptionsValidator]
public sealed partial class RegionOptionsValidator : IValidateOptions<RegionOptions>;
