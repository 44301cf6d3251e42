using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SessionAware.ClientWorker.Labs;
using SessionAware.ClientWorker.Reports;
using SessionAware.Tests.Worlds;
using Spectre.Console;

namespace SessionAware.Tests.Labs;

/// <summary>Runs the lab in this process.</summary>
public static class LabRun
{
    /// <summary>The whole lab against a gateway; without the npm client unless a setting says where it is.</summary>
    /// <returns>The report and what was shown.</returns>
    public static Task<(LabReport Report, string Shown)> HoldAsync(string gatewayUrl, params (string Name, string? Value)[] settings) =>
        HoldAsync(gatewayUrl, restart: null, TestContext.Current.CancellationToken, settings);

    /// <summary>The same where the gateway can be restarted.</summary>
    public static Task<(LabReport Report, string Shown)> HoldAsync(RestartableGateway gateway, params (string Name, string? Value)[] settings) =>
        HoldAsync(gateway.Url, gateway, TestContext.Current.CancellationToken, settings);

    /// <summary>The same until it is cancelled.</summary>
    public static async Task<(LabReport Report, string Shown)> HoldAsync(
        string gatewayUrl, IGatewayRestart? restart, CancellationToken cancellationToken, params (string Name, string? Value)[] settings)
    {
        var shown = new StringWriter();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddInMemoryCollection([new("Lab:GatewayUrl", gatewayUrl), new("Lab:Report", ""), new("Lab:NodeClient", Scratch.Folder("no-npm"))]);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
        builder.Services.AddSingleton(AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(shown) }));
        builder.AddLab();
        if (restart is not null)
            builder.Services.AddSingleton(restart);
        using var host = builder.Build();
        var report = await host.Services.GetRequiredService<Lab>().RunAsync(cancellationToken);
        // Long lines are wrapped; a test looks for sentences.
        return (report, shown.ToString().ReplaceLineEndings(" "));
    }
}
