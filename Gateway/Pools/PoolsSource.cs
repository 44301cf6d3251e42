using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Sessions;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.Pools;

/// <summary>
/// Holds the pools in force. They are read before the server listens, so that a faulty file stops the start; later changes of the file or of the
/// configuration take effect soon, or are refused whole and the pools stay as they are.
/// </summary>
public sealed partial class PoolsSource(
    IOptions<GatewayOptions> options,
    IConfiguration configuration,
    IHostEnvironment environment,
    BackendStates states,
    ISessionStore store,
    TimeProvider time,
    ILogger<PoolsSource> logger) : IHostedService, IDisposable
{
    // The file is small, and looking at it works on every kind of mount. A watcher would watch the whole tree below the working directory.
    private static readonly TimeSpan s_lookEvery = TimeSpan.FromMilliseconds(200);

    private volatile PoolsModel? _current;
    private ITimer? _nextLook;
    private IDisposable? _configurationWatch;
    private volatile bool _isConfigurationNew;
    private string? _seen;
    private string? _judged;

    // Callers are told apart, and credentials checked, by what there was at the start.
    private DeploymentTarget _target;
    private bool _knowsCallers;

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
        // Found once: were it looked for again when it has gone, another file might take its place.
        Path = PoolsFile.Find(options.Value.PoolsFile);
        (_target, _knowsCallers) = (DeploymentTargets.Read(configuration), OwnersOptions.AreOn(configuration));
        await LoadAsync(log: null);
        _configurationWatch = ChangeToken.OnChange(configuration.GetReloadToken, () => _isConfigurationNew = true);
        _nextLook = time.CreateTimer(_ => _ = LookAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _nextLook.Change(s_lookEvery, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        _configurationWatch?.Dispose();
        _nextLook?.Dispose();
    }

    private async Task LookAsync()
    {
        try
        {
            var text = await ReadTextAsync();
            // Twice the same: an editor that writes in several steps has done.
            var isWhole = text == _seen;
            _seen = text;
            if (isWhole && (text != _judged || _isConfigurationNew))
            {
                (_judged, _isConfigurationNew) = (text, false);
                await ReloadAsync();
            }
        }
        catch (Exception bug)
        {
            RefusedFaults = [$"{Path}: the gateway failed to read it; its log has the reason"];
            LogBug(bug);
        }

        _nextLook!.Change(s_lookEvery, Timeout.InfiniteTimeSpan);
    }

    private async Task ReloadAsync()
    {
        try
        {
            await LoadAsync(LogChange);
        }
        catch (OptionsValidationException invalid)
        {
            // Names that only the refused change had are nobody's.
            states.Keep(Current.Backends.Select(backend => backend.Name));
            foreach (var fault in invalid.Failures)
                LogRefused(fault);
            // Last: who sees it finds the log complete.
            RefusedFaults = [.. invalid.Failures];
        }
    }

    private void LogChange(PoolsModel model) => LogInForce(Path, model.Backends.Count, model.Pools.Count, model.Apis.Count());

    private async Task LoadAsync(Action<PoolsModel>? log)
    {
        CheckStart();
        var file = await PoolsFile.ReadAtAsync(Path);
        var model = PoolsModelBuilder.Build(file, configuration, states, environment.IsDevelopment());
        // The configuration may have changed under it.
        CheckStart();
        // Sessions that nobody could look up are no sessions.
        if (model.Pools.Any(pool => pool.Ids is not null))
            await store.OpenAsync(CancellationToken.None);
        // Whatever else fails, rules and model change together: from here on nothing does.
        states.Keep(model.Backends.Select(backend => backend.Name));
        foreach (var backend in model.Backends)
            backend.State.Breaker.Apply(backend.Rule);
        _judged = file.Text;
        _current = model;
        log?.Invoke(model);
        foreach (var note in model.Notes)
            LogNote(note);
        // Last: who sees it finds the pools in force and the log complete.
        (LoadedAt, RefusedFaults) = (time.GetUtcNow(), []);
    }

    /// <summary>Who is served, and in whose name, is as it was at the start: else pools would be signed for callers whom nobody asks who they are.</summary>
    private void CheckStart()
    {
        List<string> faults = [];
        if (DeploymentTargets.Read(configuration) != _target)
            faults.Add($"{DeploymentTargets.Setting} was {_target} when the gateway started: a change of it needs a restart");
        if (OwnersOptions.AreOn(configuration) != _knowsCallers)
            faults.Add($"{OwnersOptions.Section} named {(_knowsCallers ? "callers" : "no callers")} when the gateway started: a change of that needs a restart");
        if (faults.Count > 0)
            throw new OptionsValidationException(DeploymentTargets.Setting, typeof(PoolsModel), faults);
    }

    /// <summary>The file's text; null where it cannot be read.</summary>
    private async Task<string?> ReadTextAsync()
    {
        try
        {
            return await File.ReadAllTextAsync(Path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
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
