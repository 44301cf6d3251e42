using Azure.Provisioning.AppContainers;
using SessionAware.ServiceDefaults;

namespace SessionAware.AppHost;

/// <summary>
/// What is deployed: the gateway and the lab as container apps, and behind them what <c>infra/</c> describes. Every template there is whole in one file,
/// because the tools that deploy it copy that file alone; the pools and the policies come as parameters.
/// </summary>
internal static class AzureTopology
{
    private const int Gateways = 2;
    private const int MostGateways = 10;
    private const string RequestsOfOneGateway = "50";

    /// <summary>Adds all of it.</summary>
    public static void AddAzure(this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> gateway, IResourceBuilder<ProjectResource> worker, PoolsJson pools)
    {
        // No hyphens: azd makes outputs of those that have a default, and a name with a hyphen is none in Bicep.
        var publisher = builder.AddParameter("publisherEmail", "apim@example.com", publishValueAsDefault: true).WithDescription("API Management writes to this address.");
        var sku = builder.AddParameter("apimSku", "BasicV2", publishValueAsDefault: true).WithDescription("API Management's tier.");
        var model = builder.AddParameter("model", "gpt-5.4-mini", publishValueAsDefault: true).WithDescription("The model of every deployment; those of pools.json retire.");
        var modelVersion = builder.AddParameter("modelVersion", "2026-03-17", publishValueAsDefault: true).WithDescription("The model's version.");
        var capacity = builder.AddParameter("capacity", "50", publishValueAsDefault: true).WithDescription("Thousands of tokens a minute for each deployment, at most.");
        var labKey = builder.AddParameter("labKey", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);
        var adminKey = builder.AddParameter("adminKey", new GenerateParameterDefault { MinLength = 32, Special = false }, secret: true);

        var file = pools.ToBase64();
        var apps = builder.AddAzureContainerAppEnvironment("apps");
        var identity = builder.AddAzureUserAssignedIdentity("gateway-identity");

        var monitoring = builder.AddBicepTemplate("monitoring", "../infra/monitoring.bicep");
        var sessions = builder.AddBicepTemplate("sessions", "../infra/sessions.bicep");
        var foundry = builder.AddBicepTemplate("foundry", "../infra/foundry.bicep")
            .WithParameter("pools", file)
            .WithParameter("model", model)
            .WithParameter("modelVersion", modelVersion)
            .WithParameter("maxCapacity", capacity);
        var apim = builder.AddBicepTemplate("apim", "../infra/apim.bicep")
            .WithParameter("publisherEmail", publisher)
            .WithParameter("sku", sku)
            .WithParameter("labKey", labKey)
            .WithParameter("insightsName", monitoring.GetOutput("insightsName"));
        builder.AddBicepTemplate("apis", "../infra/apis.bicep")
            .WithParameter("pools", file)
            .WithParameter("poolPolicy", builder.Policy("pool.xml"))
            .WithParameter("gatewayPolicy", builder.Policy("gateway.xml"))
            .WithParameter("errorFragment", builder.Policy("api-error.xml"))
            .WithParameter("serviceName", apim.GetOutput("serviceName"))
            .WithParameter("accountPrefix", foundry.GetOutput("accountPrefix"))
            // An output alone: azd knows no text around one in a template's parameter.
            .WithParameter("environmentDomain", apps.GetOutput("AZURE_CONTAINER_APPS_ENVIRONMENT_DEFAULT_DOMAIN"))
            .WithParameter("gatewayAudience", apim.GetOutput("audience"));
        builder.AddBicepTemplate("roles", "../infra/roles.bicep")
            .WithParameter("pools", file)
            .WithParameter("accountPrefix", foundry.GetOutput("accountPrefix"))
            .WithParameter("cosmosAccountName", sessions.GetOutput("accountName"))
            .WithParameter("insightsName", monitoring.GetOutput("insightsName"))
            .WithParameter("apimPrincipalId", apim.GetOutput("principalId"))
            .WithParameter("gatewayPrincipalId", identity.Resource.PrincipalId);

        gateway.WithAzureUserAssignedIdentity(identity)
            .WithReplicas(Gateways)
            .WithHttpProbe(ProbeType.Liveness, "/alive")
            .WithHttpProbe(ProbeType.Readiness, "/health")
            .PublishAsAzureContainerApp((_, app) =>
            {
                app.Template.Scale.MaxReplicas = MostGateways;
                app.Template.Scale.Rules.Add(new ContainerAppScaleRule
                {
                    Name = "requests",
                    Http = new ContainerAppHttpScaleRule { Metadata = { ["concurrentRequests"] = RequestsOfOneGateway } },
                });
            })
            .WithEnvironment("SessionAware__Target", nameof(DeploymentTarget.Azure))
            .WithEnvironment("Gateway__AdminKey", adminKey)
            .WithEnvironment("Gateway__Sessions__Store", "cosmos")
            .WithEnvironment("ConnectionStrings__cosmos", sessions.GetOutput("endpoint"))
            // API Management is known by its identity, and nobody else is let in.
            .WithEnvironment("Gateway__Owners__Tokens__Authority", apim.GetOutput("authority"))
            .WithEnvironment("Gateway__Owners__Tokens__Audience", apim.GetOutput("audience"))
            .WithEnvironment("Gateway__Owners__FrontDoor__Owner", apim.GetOutput("frontDoorOwner"))
            .WithEnvironment("Gateway__Owners__FrontDoor__Exclusive", "true");
        foreach (var backend in pools.Backends)
            gateway.WithEnvironment($"Backends__{backend.Name}__Url", $"https://{foundry.GetOutput("accountPrefix")}-{backend.Name}.openai.azure.com");

        // The lab runs once and ends: a job, started by hand. An app would begin anew each time it has ended.
        worker.PublishAsAzureContainerAppJob()
            .WithEnvironment("SessionAware__Target", nameof(DeploymentTarget.Azure))
            .WithEnvironment("Lab__GatewayUrl", apim.GetOutput("url"))
            .WithEnvironment("Lab__ApiKey", labKey)
            .WithEnvironment("Lab__Model", pools.Deployment)
            .WithEnvironment("Lab__Store", "cosmos")
            // A job's files are nobody's; its table is in the log.
            .WithEnvironment("Lab__Report", "");
    }

    private static string Policy(this IDistributedApplicationBuilder builder, string file) =>
        Convert.ToBase64String(File.ReadAllBytes(Path.Combine(builder.AppHostDirectory, "..", "infra", "policies", file)));
}
