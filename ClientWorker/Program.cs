using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using SessionAware.ClientWorker.Labs;
using SessionAware.ServiceDefaults;

return await HostProgram.RunAsync(args, builder =>
{
    builder.Configuration.AddCommandLine(args, LabRegistration.Switches);
    builder.AddServiceDefaults();
    builder.AddLab();
    builder.AddLabWorker();
});
