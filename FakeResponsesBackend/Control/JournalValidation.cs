using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>Opens the journal's file when the region starts, so that one that cannot be written is told then.</summary>
internal sealed class JournalValidation : IValidateOptions<RegionOptions>
{
    public ValidateOptionsResult Validate(string? name, RegionOptions options)
    {
        if (options.JournalFile is not { Length: > 0 } path)
            return ValidateOptionsResult.Success;
        try
        {
            Journal.Open(path).Dispose();
            return ValidateOptionsResult.Success;
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return ValidateOptionsResult.Fail($"Region:JournalFile: {path} cannot be written: {unwritable.Message}");
        }
    }
}
