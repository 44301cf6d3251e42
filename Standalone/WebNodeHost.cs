using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Labs;
using SessionAware.Gateway.Sessions;
using SessionAware.ServiceDefaults;

namespace SessionAware.Standalone;

/// <summary>One web application of the process while it runs.</summary>
/// <param name="node">What and where it is.</param>
/// <param name="sessionsFile">Where a gateway keeps its sessions unless a file is set.</param>
/// <param name="add">Its program's registrations.</param>
/// <param name="map">Its program's endpoints.</param>
internal sealed class WebNodeHost(WebNode node, string sessionsFile, Action<WebApplicationBuilder> add, Action<WebApplication> map) : IGatewayRestart, IAsyncDisposable
{
    private WebApplication? _app;

    /// <summary>Starts it.</summary>
    /// <exception cref="OptionsValidationException">A setting is not valid, or the address is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        WebProgram.LookAtFilesRatherThanWatch();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = Environments.Development });
        builder.WebHost.UseUrls(node.Url);
        InProcess.Adapt(builder, node.Settings, KeyValuePair.Create<string, string?>($"{SessionsOptions.Section}:{nameof(SessionsOptions.File)}", sessionsFile));
        builder.AddServiceDefaults();
        add(builder);
        var app = _app = builder.Build();
        app.MapDefaultEndpoints();
        map(app);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception unbindable) when (WebProgram.ExplainAddress(unbindable) is { } reason)
        {
            throw new OptionsValidationException(node.Setting, typeof(WebNode), [$"{reason} Set {node.Setting} to a free address."]);
        }
    }

    /// <inheritdoc/>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        // Nothing of the old one is left to the new one: that is the point.
        await DisposeAsync();
        await StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_app is not { } app)
            return;
        _app = null;
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
