using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.ServiceDefaults;

return await WebProgram.RunAsync(
    args,
    builder =>
    {
        builder.AddServiceDefaults();
        builder.AddFakeResponsesBackend();
    },
    app =>
    {
        app.MapDefaultEndpoints();
        app.MapFakeResponsesBackend();
    });
