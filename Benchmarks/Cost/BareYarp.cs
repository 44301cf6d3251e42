using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SessionAware.ServiceDefaults;
using Yarp.ReverseProxy.Configuration;

namespace SessionAware.Benchmarks.Cost;

/// <summary>What the gateway is measured against: YARP with one route to one destination, and nothing else.</summary>
internal static class BareYarp
{
    public const string Name = "bare-yarp";

    public static Command Command()
    {
        var urls = new Option<string>("--urls") { Description = "Where it listens.", Required = true };
        var upstream = new Option<string>("--upstream") { Description = "Where it forwards to.", Required = true };
        // Started by the benchmark `cost`; of no use otherwise.
        var command = new Command(Name, "A bare YARP proxy.") { urls, upstream };
        command.Hidden = true;
        command.SetAction((parsed, cancel) => RunAsync(parsed.GetValue(urls)!, parsed.GetValue(upstream)!, cancel));
        return command;
    }

    private static async Task RunAsync(string urls, string upstream, CancellationToken cancellationToken)
    {
        // The same host as the gateway's: what differs is the proxy, and on which threads it goes on (docs/cost.md).
        WebProgram.LookAtFilesRatherThanWatch();
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(urls);
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "upstream", Match = new RouteMatch { Path = "{**path}" } }],
            [new ClusterConfig { ClusterId = "upstream", Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream } } }]);
        await using var app = builder.Build();
        app.MapReverseProxy();
        await ((IHost)app).RunAsync(cancellationToken);
    }
}
