using Azure.Core;
using Azure.Identity;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Pools;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.Credentials;

/// <summary>Gets the first token before the server listens. Where nobody is signed in, or nobody could be, no request could be served: that stops the start, and nothing else does.</summary>
internal sealed class CredentialCheck(PoolsSource pools, Func<TokenCredential> credential, TokenCache tokens) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var backends = pools.Current.Backends.Where(backend => backend.Signing == BackendSigning.Token).Select(backend => backend.Name).ToList();
        if (backends.Count == 0)
            return;
        if (FaultOf(credential) is { } fault)
            throw Invalid(backends, $"its Azure credential cannot be made: {fault}");
        if (await tokens.GetAsync(cancellationToken) is not null || tokens.Failure is not CredentialUnavailableException)
            return;
        throw Invalid(backends, $"there is no Azure credential: run 'az login' or 'azd auth login', give the process a managed identity, or set {string.Join(", ", backends.Select(BackendAddresses.KeySettingOf))}");
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What the environment says wrong of it; no request would mend that.</summary>
    private static string? FaultOf(Func<TokenCredential> credential)
    {
        try
        {
            credential();
            return null;
        }
        catch (Exception invalid)
        {
            return invalid.Message.ReplaceLineEndings(" ");
        }
    }

    private static OptionsValidationException Invalid(IEnumerable<string> backends, string reason) => new(DeploymentTargets.Setting, typeof(DeploymentTarget),
        [$"{string.Join(", ", backends.Select(name => $"backend '{name}'"))}: in target Azure (SessionAware__Target) the gateway signs requests as itself, and {reason}"]);
}
