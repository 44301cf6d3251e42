using Microsoft.Extensions.Configuration;
using SessionAware.ServiceDefaults;

namespace SessionAware.AppHost;

/// <summary>What runs on this machine, before emulated regions or before accounts in Azure.</summary>
internal static class LocalTopology
{
    private const int FirstRegionPort = 5081;

    /// <summary>Adds what both have: the pools' file, the session store, how many gateways there are, and commands on the dashboard.</summary>
    public static void AddLocal(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource> worker, PoolsJson pools)
    {
        gateway.WithHttpHealthCheck("/health")
            .WithEnvironment("Gateway__PoolsFile", pools.Path)
            // Each has its own breakers and drains; sessions are everybody's.
            .WithReplicas(builder.Configuration.GetValue("SessionAware:Replicas", defaultValue: 1))
            .WithPoolCommands(pools);
        worker.WithReference(gateway)
            .WaitFor(gateway)
            .WithEnvironment("Lab__GatewayUrl", gateway.GetEndpoint("http"))
            // The lab's node client is installed beside the tests, if anywhere.
            .WithEnvironment("Lab__NodeClient", Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "Tests", "NodeClient")))
            .WithLabCommand();

        // Where nothing runs containers, SessionAware:UseCosmosEmulator=false leaves the database out.
        if (builder.Configuration.GetValue("SessionAware:UseCosmosEmulator", defaultValue: true))
        {
            var cosmos = builder.AddAzureCosmosDB("cosmos").RunAsPreviewEmulator(emulator => emulator.WithDataExplorer());
            cosmos.AddCosmosDatabase("sessionaware").AddContainer("sessions", "/partition");

            // No WaitFor: the gateway serves while its store is still starting, and the emulator's first start downloads an image.
            gateway.WithReference(cosmos).WithEnvironment("Gateway__Sessions__Store", "cosmos");
            worker.WithEnvironment("Lab__Store", "cosmos");
        }

        // The environment's name would have come with the launch profiles.
        gateway.InDevelopment();
        worker.InDevelopment();
    }

    /// <summary>Adds an emulated region for each backend.</summary>
    public static void AddEmulatedRegions(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource> worker, PoolsJson pools)
    {
        foreach (var (index, backend) in pools.Backends.Index())
        {
            var region = builder.AddProject<Projects.FakeResponsesBackend>(backend.Name, launchProfileName: null)
                .WithHttpEndpoint(port: FirstRegionPort + index, name: "http")
                .WithHttpHealthCheck("/health")
                .WithUrlForEndpoint("http", url => { url.DisplayText = $"{backend.Name} region"; url.Url = "/health"; })
                .WithEnvironment("Region__Name", backend.Region)
                .WithFaultCommands()
                .InDevelopment();
            foreach (var (number, deployment) in backend.Deployments.Index())
            {
                foreach (var (setting, value) in deployment)
                    region.WithEnvironment($"Region__Deployments__{number}__{setting}", value);
            }

            gateway.WithReference(region).WaitFor(region);
            // Where the lab orders faults.
            worker.WithEnvironment($"Lab__Regions__{backend.Name}", region.GetEndpoint("http"));
        }
    }

    /// <summary>
    /// Aims the gateway at accounts in Azure, <c>Backends__{name}__Url</c>, which the dashboard asks for where they are not set; and the lab at API Management
    /// where <c>Lab__GatewayUrl</c> names it.
    /// </summary>
    public static void AimAtAzure(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource> worker, PoolsJson pools)
    {
        gateway.WithEnvironment("SessionAware__Target", nameof(DeploymentTarget.Azure));
        worker.WithEnvironment("SessionAware__Target", nameof(DeploymentTarget.Azure));
        foreach (var backend in pools.Backends)
            gateway.WithEnvironment($"Backends__{backend.Name}__Url", builder.AddParameterFromConfiguration($"{backend.Name}-url", $"Backends:{backend.Name}:Url"));

        if (builder.Configuration["Lab:GatewayUrl"] is { Length: > 0 } apim)
        {
            worker.WithEnvironment("Lab__GatewayUrl", apim)
                .WithEnvironment("Lab__ApiKey", builder.AddParameterFromConfiguration("labKey", "Lab:ApiKey", secret: true));
        }
    }

    private static IResourceBuilder<ProjectResource> InDevelopment(this IResourceBuilder<ProjectResource> project) =>
        project.WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development").WithEnvironment("DOTNET_ENVIRONMENT", "Development");
}
