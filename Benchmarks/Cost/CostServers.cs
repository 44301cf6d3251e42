namespace SessionAware.Benchmarks.Cost;

/// <summary>The servers of one measurement: an upstream of two addresses on the load's core, the bare proxy and the gateway on the other.</summary>
internal static class CostServers
{
    public const int ProxyCore = 0;
    public const int LoadCore = 1;

    /// <summary>Starts nginx as the upstream.</summary>
    /// <returns>nginx, and both of its addresses.</returns>
    public static async Task<(NodeProcess Server, IReadOnlyList<string> Urls)> StartUpstreamAsync(ScratchDirectory scratch, CancellationToken cancellationToken)
    {
        var (first, second) = (NodeProcess.FreePort(), NodeProcess.FreePort());
        var template = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Cost", "upstream.nginx.conf"), cancellationToken);
        var file = scratch.File("nginx.conf");
        await File.WriteAllTextAsync(
            file, template.Replace("PORT1", $"{first}", StringComparison.Ordinal).Replace("PORT2", $"{second}", StringComparison.Ordinal), cancellationToken);
        string[] urls = [$"http://127.0.0.1:{first}", $"http://127.0.0.1:{second}"];
        return (await NodeProcess.StartAsync(Pinned.Start(LoadCore, CostTools.Nginx, "-e", "stderr", "-p", scratch.Path, "-c", file), urls[0], cancellationToken), urls);
    }

    /// <summary>Starts the proxy that does nothing else.</summary>
    public static Task<NodeProcess> StartBareAsync(string upstream, CancellationToken cancellationToken) => NodeProcess.StartProgramAsync(
        "SessionAware.Benchmarks",
        [BareYarp.Name, "--upstream", upstream],
        // What a web project gets from its SDK.
        new() { ["DOTNET_gcServer"] = "1" },
        ProxyCore,
        cancellationToken);

    /// <summary>Starts the gateway as it runs in production.</summary>
    public static Task<NodeProcess> StartGatewayAsync(CostPools pools, IReadOnlyList<string> upstream, ScratchDirectory scratch, CancellationToken cancellationToken)
    {
        pools.Write(scratch.File("pools.json"));
        var settings = new Dictionary<string, string>(pools.Addresses(upstream))
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["Gateway__PoolsFile"] = scratch.File("pools.json"),
            ["Gateway__CookieKeysDirectory"] = scratch.File("keys"),
            ["Gateway__Owners__AllowAnonymous"] = "true",
            ["Gateway__Sessions__File"] = scratch.File("sessions.db"),
            // The load hangs up at the end of a round, whatever is under way; failures that count reach the load.
            ["Logging__LogLevel__SessionAware.Gateway.Forwarding"] = "Error",
            // That keys lie unencrypted in a directory is no news here.
            ["Logging__LogLevel__Microsoft.AspNetCore.DataProtection"] = "Error",
        };
        return NodeProcess.StartProgramAsync("SessionAware.Gateway", [], settings, ProxyCore, cancellationToken);
    }
}
