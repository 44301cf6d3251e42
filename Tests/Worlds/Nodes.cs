using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.Gateway;
using SessionAware.ServiceDefaults;

namespace SessionAware.Tests.Worlds;

/// <summary>The kinds of node that tests put together.</summary>
public static class Nodes
{
    public const string ApiKey = RegionOptions.DefaultApiKey;

    /// <summary>An emulated region.</summary>
    public static Task<WebNode> StartRegionAsync(
        string name = "eastus2", IEnumerable<KeyValuePair<string, string?>>? settings = null, Action<IServiceCollection>? services = null) => WebNode.StartAsync(
        builder =>
        {
            services?.Invoke(builder.Services);
            builder.AddServiceDefaults();
            builder.AddFakeResponsesBackend();
        },
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapFakeResponsesBackend();
        },
        [new("Region:Name", name), .. settings ?? []]);

    /// <summary>A backend that does just what <paramref name="answer"/> does.</summary>
    public static Task<WebNode> StartBackendAsync(RequestDelegate answer) =>
        WebNode.StartAsync(_ => { }, app => app.MapFallback("{**path}", answer));

    /// <summary>A gateway over the repository's pools, or those of <paramref name="settings"/>; open to everybody and with a store of its own unless they say otherwise.</summary>
    public static Task<WebNode> StartGatewayAsync(IEnumerable<KeyValuePair<string, string?>> settings, Action<IServiceCollection>? services = null) => WebNode.StartAsync(
        builder =>
        {
            services?.Invoke(builder.Services);
            builder.AddServiceDefaults();
            builder.AddGateway();
        },
        app =>
        {
            app.MapDefaultEndpoints();
            app.MapGateway();
        },
        settings.Concat([new("Gateway:Owners:AllowAnonymous", "true"), new("Gateway:Sessions:File", Path.Combine(Scratch.Folder("sessions"), "sessions.db"))])
            .DistinctBy(setting => setting.Key));

    /// <summary>A gateway whose two backends are at these addresses.</summary>
    public static Task<WebNode> StartGatewayAsync(string eastus2, string westus, params (string Name, string? Value)[] settings) =>
        StartGatewayAsync([new("Backends:eastus2:Url", eastus2), new("Backends:westus:Url", westus), .. settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))]);
}
