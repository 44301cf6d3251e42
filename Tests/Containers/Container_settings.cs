using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Containers;

/// <summary>What the SDK will make images of, as MSBuild evaluates it: no image is fetched for it.</summary>
public sealed class Container_settings
{
    [Theory]
    [InlineData("Gateway", "sessionaware/gateway")]
    [InlineData("ClientWorker", "sessionaware/worker")]
    public async Task Image_is_made_on_Microsofts_chiseled_one_for_a_user_that_is_not_root(string project, string repository)
    {
        var settings = await EvaluateAsync(
            project, "-t:ComputeContainerConfig", "-getProperty:ContainerBaseImage,ContainerFamily,ContainerUser,ContainerRepository,ContainerRegistry,EnableSdkContainerSupport");

        var properties = settings["Properties"]!;
        Assert.Equal("mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled", properties["ContainerBaseImage"]!.GetValue<string>());
        Assert.Equal("noble-chiseled", properties["ContainerFamily"]!.GetValue<string>());
        Assert.Equal("1654:1654", properties["ContainerUser"]!.GetValue<string>());
        Assert.Equal(repository, properties["ContainerRepository"]!.GetValue<string>());
        // Where images go says who makes them.
        Assert.Equal("", properties["ContainerRegistry"]!.GetValue<string>());
        Assert.Equal("true", properties["EnableSdkContainerSupport"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("FakeResponsesBackend")]
    [InlineData("Standalone")]
    public async Task Nothing_else_becomes_an_image(string project)
    {
        var evaluated = await RunAsync(project, "-getProperty:EnableSdkContainerSupport");

        Assert.Equal("false", evaluated.StandardOutput.Trim());
    }

    private static async Task<JsonNode> EvaluateAsync(string project, params string[] arguments) => JsonNode.Parse((await RunAsync(project, arguments)).StandardOutput)!;

    private static async Task<BufferedCommandResult> RunAsync(string project, params string[] arguments)
    {
        var run = await Cli.Wrap("dotnet").WithWorkingDirectory(Repository.Root).WithArguments(["msbuild", project, "-nologo", "-nodeReuse:false", .. arguments])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(run.IsSuccess, run.StandardOutput + run.StandardError);
        return run;
    }
}
