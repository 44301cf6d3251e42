using SessionAware.Gateway;
using SessionAware.Gateway.ArmResources;
using SessionAware.ServiceDefaults;

return args is ["pools", ..] ? await PoolsCommand.RunAsync(args) : await WebProgram.RunAsync(
    args,
    builder =>
    {
        builder.AddServiceDefaults();
        builder.AddGateway();
    },
    app =>
    {
        app.MapDefaultEndpoints();
        app.MapGateway();
    });
