using Microsoft.Extensions.Options;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Refuses to start with a connection string that cannot be read: an account that is only out of reach is waited for.</summary>
internal sealed class CosmosSettingsValidation(IConfiguration configuration) : IValidateOptions<SessionsOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SessionsOptions options) =>
        options.Store == SessionsOptions.Cosmos && !CosmosSettings.TryParse(configuration[CosmosSettings.Setting], out _, out var fault)
            ? ValidateOptionsResult.Fail(fault)
            : ValidateOptionsResult.Success;
}
