using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;

namespace SessionAware.AppHost;

/// <summary>What the dashboard can order: each command is one call that anybody could make.</summary>
internal static class DashboardCommands
{
    private const string Endpoint = "http";

    /// <summary>Outage, throttling and their end, at an emulated region.</summary>
    public static IResourceBuilder<ProjectResource> WithFaultCommands(this IResourceBuilder<ProjectResource> region) => region
        .WithHttpCommand("/_emulator/faults", "Outage", Endpoint, "outage", Order("Answers 503 until it is restored.", "PlugDisconnected", new { kind = "outage" }))
        .WithHttpCommand("/_emulator/faults", "Throttle", Endpoint, "throttle", Order("Answers 429, and to come back in 20 s, until it is restored.", "Gauge", new { kind = "throttle", retry_after_ms = 20_000 }))
        .WithHttpCommand("/_emulator/faults", "Restore", Endpoint, "restore", new() { Method = HttpMethod.Delete, Description = "Lifts every fault.", IconName = "PlugConnected" });

    /// <summary>Draining of each backend, and forgetting all sessions.</summary>
    public static IResourceBuilder<ProjectResource> WithPoolCommands(this IResourceBuilder<ProjectResource> gateway, PoolsJson pools)
    {
        foreach (var backend in pools.Backends)
        {
            gateway
                .WithHttpCommand($"/admin/backends/{backend.Name}/drain", $"Drain {backend.Name}", Endpoint, $"drain-{backend.Name}",
                    new() { Description = "No new sessions there; those that it has go on.", IconName = "ArrowDownload" })
                .WithHttpCommand($"/admin/backends/{backend.Name}/undrain", $"Undrain {backend.Name}", Endpoint, $"undrain-{backend.Name}",
                    new() { Description = "New sessions may begin there again.", IconName = "ArrowUpload" });
        }

        return gateway.WithHttpCommand("/admin/owners", "Clear sessions", Endpoint, "clear-sessions", new()
        {
            Method = HttpMethod.Delete,
            PrepareRequest = context =>
            {
                // A command's path is a path: a query in it would be escaped.
                context.Request.RequestUri = new UriBuilder(context.Request.RequestUri!) { Query = "anonymous=true" }.Uri;
                return Task.CompletedTask;
            },
            Description = "Erases what was recorded of every session here.",
            ConfirmationMessage = "Erase all recorded sessions? Their next turns will not be found.",
            IconName = "Delete",
        });
    }

    /// <summary>The lab once more: the worker runs it once and ends.</summary>
    public static IResourceBuilder<ProjectResource> WithLabCommand(this IResourceBuilder<ProjectResource> worker) => worker.WithCommand(
        "run-lab",
        "Run the lab",
        context => context.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(context.ResourceName, KnownResourceCommands.StartCommand, context.CancellationToken),
        new() { Description = "Runs the lab again; its table is in the worker's console log.", IconName = "Beaker", IsHighlighted = true });

    private static HttpCommandOptions Order(string description, string icon, object fault) => new()
    {
        Description = description,
        IconName = icon,
        PrepareRequest = context =>
        {
            context.Request.Content = JsonContent.Create(fault);
            return Task.CompletedTask;
        },
    };
}
