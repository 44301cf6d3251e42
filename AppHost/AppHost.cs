using System.Text.Json;
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
var local = builder.ExecutionContext.IsRunMode;

var poolsFile = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "pools.json"));
using var pools = JsonDocument.Parse(File.ReadAllText(poolsFile));

// Launch profiles stay out: the regions share one project, so their ports can't come from it. Fixed ports are for this machine; Azure gives its own.
var gateway = builder.AddProject<Projects.Gateway>("gateway", launchProfileName: null)
    .WithHttpEndpoint(port: local ? 5080 : null, name: "http")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithUrlForEndpoint("http", url => { url.DisplayText = "Gateway"; url.Url = "/health"; });

var worker = builder.AddProject<Projects.ClientWorker>("worker", launchProfileName: null)
    .WithReference(gateway)
    .WaitFor(gateway)
    .WithEnvironment("Lab__GatewayUrl", gateway.GetEndpoint("http"));

foreach (var (index, backend) in pools.RootElement.GetProperty("backends").EnumerateArray().Index())
{
    var name = backend.GetProperty("name").GetString()!;
    var azureRegion = backend.TryGetProperty("properties", out var apim) && apim.TryGetProperty("azureRegion", out var place) ? place.GetString() : name;
    var region = builder.AddProject<Projects.FakeResponsesBackend>(name, launchProfileName: null)
        .WithHttpEndpoint(port: local ? 5081 + index : null, name: "http")
        .WithHttpHealthCheck("/health")
        .WithUrlForEndpoint("http", url => { url.DisplayText = $"{name} region"; url.Url = "/health"; })
        .WithEnvironment("Region__Name", azureRegion);

    if (backend.TryGetProperty("sessionAware", out var ours) && ours.TryGetProperty("deployments", out var deployments))
        foreach (var (number, deployment) in deployments.EnumerateArray().Index())
            foreach (var setting in (string[])["Name", "Model", "Version", "Capacity"])
                if (deployment.TryGetProperty(JsonNamingPolicy.CamelCase.ConvertName(setting), out var value))
                    region.WithEnvironment($"Region__Deployments__{number}__{setting}", value.ToString());

    gateway.WithReference(region).WaitFor(region);
    // Where the lab orders faults.
    worker.WithEnvironment($"Lab__Regions__{name}", region.GetEndpoint("http"));
}

// In Azure the database is always there. Here it is a container: where nothing runs containers, SessionAware:UseCosmosEmulator=false leaves it out.
if (!local || builder.Configuration.GetValue("SessionAware:UseCosmosEmulator", defaultValue: true))
{
    var cosmos = builder.AddAzureCosmosDB("cosmos").RunAsPreviewEmulator(emulator => emulator.WithDataExplorer());
    cosmos.AddCosmosDatabase("sessionaware").AddContainer("sessions", "/partition");

    // No WaitFor: the gateway serves while its store is still starting, and the emulator's first start downloads an image.
    gateway.WithReference(cosmos).WithEnvironment("Gateway__Sessions__Store", "cosmos");
    worker.WithEnvironment("Lab__Store", "cosmos");
}

if (local)
{
    // The published gateway carries its own copy; the environment's name would have come with the launch profiles.
    gateway.WithEnvironment("Gateway__PoolsFile", poolsFile);
    // The lab's node client is installed beside the tests, if anywhere.
    worker.WithEnvironment("Lab__NodeClient", Path.GetFullPath(Path.Combine(builder.AppHostDirectory, "..", "Tests", "NodeClient")));
    foreach (var project in builder.Resources.OfType<ProjectResource>())
        builder.CreateResourceBuilder(project).WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development").WithEnvironment("DOTNET_ENVIRONMENT", "Development");
}

builder.Build().Run();
