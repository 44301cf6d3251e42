using Microsoft.Extensions.Hosting;

namespace SessionAware.ServiceDefaults;

/// <summary>Runs a program without a web server, explaining faults as <see cref="WebProgram"/> does.</summary>
public static class HostProgram
{
    /// <summary>Builds and runs until the host stops.</summary>
    /// <returns>The exit code that the program set, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args, Action<HostApplicationBuilder> add)
    {
        try
        {
            var builder = Host.CreateApplicationBuilder(args);
            add(builder);
            using var host = builder.Build();
            await host.RunAsync();
            return Environment.ExitCode;
        }
        catch (Exception exception) when (WebProgram.Explain(exception) is { } reasons)
        {
            await Console.Error.WriteLineAsync(reasons);
            return 1;
        }
    }
}
