using SessionAware.AppHost;
using SessionAware.ServiceDefaults;

try
{
    var builder = DistributedApplication.CreateBuilder(args);
    var pools = PoolsJson.Read(builder);

    // Launch profiles stay out: the regions share one project, so their ports can't come from it. Fixed ports are for this machine; Azure gives its own.
    var gateway = builder.AddProject<Projects.Gateway>("gateway", launchProfileName: null)
        .WithHttpEndpoint(port: builder.ExecutionContext.IsRunMode ? 5080 : null, name: "http")
        .WithExternalHttpEndpoints()
        .WithUrlForEndpoint("http", url => { url.DisplayText = "Gateway"; url.Url = "/health"; });
    var worker = builder.AddProject<Projects.ClientWorker>("worker", launchProfileName: null);

    if (builder.ExecutionContext.IsPublishMode)
    {
        builder.AddAzure(gateway, worker, pools);
    }
    else
    {
        builder.AddLocal(gateway, worker, pools);
        if (DeploymentTargets.Read(builder.Configuration) == DeploymentTarget.Azure)
            builder.AimAtAzure(gateway, worker, pools);
        else
            builder.AddEmulatedRegions(gateway, worker, pools);
    }

    builder.Build().Run();
    return 0;
}
catch (Exception exception) when (WebProgram.Explain(exception) is { } reasons)
{
    Console.Error.WriteLine(reasons);
    return 1;
}
