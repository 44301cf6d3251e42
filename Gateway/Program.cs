using SessionAware.Gateway;
using SessionAware.ServiceDefaults;

return await WebProgram.RunAsync(
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
