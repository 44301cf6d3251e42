using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SessionAware.Gateway.CircuitBreakers;

namespace SessionAware.Gateway.Pools;

/// <summary>
/// Holds the pools in force. They are read before the server listens, so that a faulty file stops the start; later changes of the file or of the
/// configuration take effect at once, or are refused whole and the pools stay as they are.
/// </summary>
public sealed partial class PoolsSource(
    IOptions<GatewayOptions> options, IConfiguration configuration, BackendStates states, TimeProvider time, ILogger<PoolsSource> logger) : IHostedService, IDisposable
{
    // An editor writes a file in several steps.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(200);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly List<IDisposable> _watches = [];

    private volatile PoolsModel? _current;
    private ITimer? _reload;

    /// <summary>The pools in force.</summary>
    public PoolsModel Current => _current ?? throw new InvalidOperationException("The pools are read when the host starts.");

    /// <summary>Where they were read.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Since when they are in force.</summary>
    public DateTimeOffset LoadedAt { get; private set; }

    /// <summary>The faults of a later change that was refused; empty where the latest one took effect.</summary>
    public IReadOnlyList<string> RefusedFaults { get; private set; } = [];

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await LoadAsync();
        _reload = time.CreateTimer(_ => _ = ReloadAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        void ReloadSoon() => _reload.Change(s_quiet, Timeout.InfiniteTimeSpan);

        var files = new PhysicalFileProvider(System.IO.Path.GetDirectoryName(Path)!);
        _watches.Add(files);
        _watches.Add(ChangeToken.OnChange(() => files.Watch(System.IO.Path.GetFileName(Path)), ReloadSoon));
        _watches.Add(ChangeToken.OnChange(configuration.GetReloadToken, ReloadSoon));
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _watches.ForEach(watch => watch.Dispose());
        _reload?.Dispose();
        _oneAtATime.Dispose();
    }

    private async Task ReloadAsync()
    {
        try
        {
            await _oneAtATime.WaitAsync();
            try
            {
                await LoadAsync();
                LogInForce(Path, Current.Backends.Count, Current.Pools.Count, Current.Apis.Count());
            }
            finally
            {
                _oneAtATime.Release();
            }
        }
        catch (OptionsValidationException invalid)
        {
            RefusedFaults = [.. invalid.Failures];
            foreach (var fault in RefusedFaults)
                LogRefused(fault);
        }
        catch (ObjectDisposedException)
        {
            // The host has stopped.
        }
        catch (Exception bug)
        {
            LogBug(bug);
        }
    }

    private async Task LoadAsync()
    {
        var file = await PoolsFile.ReadAsync(options.Value.PoolsFile);
        var model = PoolsModelBuilder.Build(file, configuration, states);
        // Whatever else fails, rules and model change together: from here on nothing does.
        states.Keep(model.Backends.Select(backend => backend.Name));
        foreach (var backend in model.Backends)
            backend.State.Breaker.Apply(backend.Rule);
        (Path, LoadedAt, RefusedFaults) = (file.Path, time.GetUtcNow(), []);
        _current = model;
        foreach (var note in model.Notes)
            LogNote(note);
    }

    [LoggerMessage(LogLevel.Information, "The change of {Path} is in force: {Backends} backends, {Pools} pools, {Apis} APIs.")]
    private partial void LogInForce(string path, int backends, int pools, int apis);

    [LoggerMessage(LogLevel.Error, "A change of the pools was refused, they stay as they are: {Fault}")]
    private partial void LogRefused(string fault);

    [LoggerMessage(LogLevel.Warning, "{Note}.")]
    private partial void LogNote(string note);

    [LoggerMessage(LogLevel.Error, "A change of the pools could not be read; they stay as they are.")]
    private partial void LogBug(Exception exception);
}
