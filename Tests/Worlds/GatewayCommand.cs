using CliWrap;
using CliWrap.Buffered;
using SessionAware.Gateway;

namespace SessionAware.Tests.Worlds;

/// <summary>The gateway's command line as a user runs it, in a process of its own.</summary>
public static class GatewayCommand
{
    /// <summary>Runs <c>gateway pools …</c>.</summary>
    public static async Task<BufferedCommandResult> RunAsync(string[] arguments, string standardInput = "", params (string Name, string? Value)[] environment) =>
        await Cli.Wrap("dotnet")
            .WithArguments([typeof(GatewayOptions).Assembly.Location, "pools", .. arguments])
            .WithStandardInputPipe(PipeSource.FromString(standardInput))
            .WithEnvironmentVariables(environment.ToDictionary(variable => variable.Name, variable => variable.Value))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
