using Azure.Identity;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Pools;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.Credentials;

/// <summary>Gets the first token before the server listens. Where nobody is signed in, no request could be served: that stops the start, and nothing else does.</summary>
internal sealed class CredentialCheck(PoolsSource pools, TokenCache tokens) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var backends = pools.Current.Backends.Where(backend => backend.Signing == BackendSigning.Token).Select(backend => backend.Name).ToList();
        if (backends.Count == 0 || await tokens.GetAsync(cancellationToken) is not null || tokens.Failure is not CredentialUnavailableException)
            return;
        throw new OptionsValidationException(DeploymentTargets.Setting, typeof(DeploymentTarget),
        [
            $"{string.Join(", ", backends.Select(name => $"backend '{name}'"))}: in target Azure (SessionAware__Target) the gateway signs requests as itself, and there is no Azure credential: "
            + $"run 'az login' or 'azd auth login', give the process a managed identity, or set {string.Join(", ", backends.Select(BackendAddresses.KeySettingOf))}",
        ]);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
