using System.Text.Json.Nodes;

namespace SessionAware.ClientWorker.Faults;

/// <summary>What was ordered for one run. Whatever becomes of the run, its end withdraws it.</summary>
internal sealed class FaultsInForce(EmulatedRegions regions) : IAsyncDisposable
{
    private readonly List<Uri> _faults = [];

    /// <summary>Orders one more.</summary>
    public async Task OrderAsync(string backend, JsonObject fault) => _faults.Add(await regions.OrderAsync(backend, fault));

    /// <summary>Whether the first has struck a request.</summary>
    public Task<bool> HaveStruckAsync(CancellationToken cancellationToken) => regions.HasStruckAsync(_faults[0], cancellationToken);

    /// <summary>Withdraws all.</summary>
    public async Task WithdrawAsync()
    {
        foreach (var fault in _faults)
            await regions.WithdrawAsync(fault);
        _faults.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await WithdrawAsync();
}
