using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SessionAware.ClientWorker.Display;
using SessionAware.ClientWorker.Faults;
using SessionAware.ClientWorker.NodeClient;
using SessionAware.ServiceDefaults;
using Spectre.Console;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Puts the lab into a host.</summary>
public static class LabRegistration
{
    /// <summary>Short forms of settings on a command line.</summary>
    public static IDictionary<string, string> Switches { get; } = new Dictionary<string, string> { ["--report"] = $"{LabOptions.Section}:{nameof(LabOptions.Report)}" };

    /// <summary>Adds the lab, configured by section <see cref="LabOptions.Section"/>; whoever hosts it runs it.</summary>
    public static IHostApplicationBuilder AddLab(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<LabOptions>().BindConfiguration(LabOptions.Section).ValidateDataAnnotations()
            .Configure<IConfiguration>((lab, configuration) => lab.Target = DeploymentTargets.Read(configuration));
        builder.Services.AddSingleton<IValidateOptions<LabOptions>, LabTargetValidation>();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton(_ => AnsiConsole.Console);
        builder.Services.AddSingleton<LabDisplay>();
        builder.Services.AddSingleton<NodeConversations>();
        builder.Services.AddSingleton<EmulatedRegions>();
        builder.Services.AddSingleton<FaultRunner>();
        builder.Services.AddSingleton<LabRunner>();
        builder.Services.AddSingleton<Lab>();
        return builder;
    }

    /// <summary>Runs the lab as soon as the host has started, and ends the host after it.</summary>
    public static IHostApplicationBuilder AddLabWorker(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHostedService<LabWorker>();
        return builder;
    }
}
