using SessionAware.Gateway;
using SessionAware.Gateway.ArmResources;
using SessionAware.Gateway.Threads;
using SessionAware.ServiceDefaults;

BatchScheduling.Begin(args);
return args is ["pools", ..] ? await PoolsCommand.RunAsync(args) : await WebProgram.RunAsync(
    args,
    builder =>
    {
        builder.AddServiceDefaults();
        builder.AddGateway();
        builder.UseInlineSocketCompletions();
    },
    app =>
    {
        app.MapDefaultEndpoints();
        app.MapGateway();
    });
