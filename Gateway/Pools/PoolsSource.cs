using Microsoft.Extensions.Options;

namespace SessionAware.Gateway.Pools;

/// <summary>Holds the pools in force. They are read before the server listens, so that a faulty file stops the start.</summary>
public sealed class PoolsSource(IOptions<GatewayOptions> options, IConfiguration configuration) : IHostedService
{
    private PoolsModel? _current;

    /// <summary>The pools in force.</summary>
    public PoolsModel Current => _current ?? throw new InvalidOperationException("The pools are read when the host starts.");

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken) =>
        _current = PoolsModelBuilder.Build(await PoolsFile.ReadAsync(options.Value.PoolsFile), configuration);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
