using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Faults;

/// <summary>The emulated regions behind the gateway, where faults can be ordered over their own <c>/_emulator</c> (docs/emulator.md).</summary>
public sealed partial class EmulatedRegions(IOptions<LabOptions> options, ILogger<EmulatedRegions> logger) : IDisposable
{
    // Neither tracing nor retries: an order that is sent twice is two faults.
    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Why no faults can be ordered, and how they could be; null: they can, at every region.</summary>
    public async Task<string?> FindMissingAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Faults)
            return "Lab__Faults is false.";
        if (options.Value.Regions.Count == 0)
            return "Faults can be ordered at emulated regions alone, and Lab__Regions__<backend> names none.";
        foreach (var (backend, address) in options.Value.Regions)
        {
            if (await FindFaultAsync(address, cancellationToken) is { } fault)
                return $"Faults can be ordered at emulated regions alone, and Lab__Regions__{backend} ({address}) is none: GET /_emulator {fault}.";
        }

        return null;
    }

    /// <summary>The backends whose emulated region is known.</summary>
    public IEnumerable<string> Backends => options.Value.Regions.Keys;

    /// <summary>Orders a fault. No cancellation interrupts it: one whose id nobody learned could not be withdrawn.</summary>
    /// <returns>Where it can be withdrawn.</returns>
    /// <exception cref="HttpRequestException">The region does not take it.</exception>
    /// <exception cref="TaskCanceledException">The region does not answer.</exception>
    public async Task<Uri> OrderAsync(string backend, JsonObject fault)
    {
        var faults = Under(options.Value.Regions[backend], "/faults");
        using var answer = await _http.PostAsJsonAsync(faults, fault, CancellationToken.None);
        answer.EnsureSuccessStatusCode();
        var ordered = await answer.Content.ReadFromJsonAsync<JsonObject>(CancellationToken.None);
        return new($"{faults}/{ordered!["id"]}");
    }

    /// <summary>Whether a fault in force has struck a request.</summary>
    /// <exception cref="HttpRequestException">The region does not say.</exception>
    public async Task<bool> HasStruckAsync(Uri fault, CancellationToken cancellationToken)
    {
        var list = await _http.GetFromJsonAsync<JsonObject>(new Uri(fault, "."), cancellationToken);
        return list!["in_force"]!.AsArray().Any(item => fault.AbsolutePath.EndsWith($"/{item!["id"]}", StringComparison.Ordinal) && item["hits"]!.GetValue<int>() > 0);
    }

    /// <summary>Withdraws a fault. Nothing interrupts it either; where it fails, the log says how to do it by hand.</summary>
    public async Task WithdrawAsync(Uri fault)
    {
        try
        {
            using var answer = await _http.DeleteAsync(fault, CancellationToken.None);
            answer.EnsureSuccessStatusCode();
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or OperationCanceledException)
        {
            LogStillInForce(fault, unreachable.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<string?> FindFaultAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(Under(address, ""), cancellationToken);
            if (!answer.IsSuccessStatusCode)
                return $"answers {(int)answer.StatusCode}";
            var state = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken)) as JsonObject;
            return state?["faults"] is JsonObject ? null : "answers something else";
        }
        catch (JsonException)
        {
            return "answers something else";
        }
        catch (HttpRequestException unreachable)
        {
            return $"fails ({unreachable.HttpRequestError})";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return "is not answered";
        }
    }

    private static Uri Under(Uri address, string path) => new($"{address.AbsoluteUri.TrimEnd('/')}/_emulator{path}");

    [LoggerMessage(LogLevel.Error, "A fault is still in force ({Reason}). Withdraw it: curl -X DELETE {Fault}")]
    private partial void LogStillInForce(Uri fault, string reason);
}
