using Microsoft.Extensions.Hosting;
using SessionAware.ClientWorker.Labs;
using SessionAware.ServiceDefaults;

return await HostProgram.RunAsync(args, builder =>
{
    builder.AddServiceDefaults();
    builder.AddLab();
    builder.AddLabWorker();
});
