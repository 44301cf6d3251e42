using System.Text.RegularExpressions;

namespace SessionAware.Tests.Containers;

/// <summary>The images themselves: what runs in them as whom, what of it may be changed, and that nothing is in them that is nobody else's business.</summary>
public sealed partial class Container_image
{
    [Theory]
    [InlineData("Gateway", "sessionaware/gateway:latest")]
    [InlineData("ClientWorker", "sessionaware/worker:latest")]
    public async Task Runs_the_program_and_not_as_root(string project, string tag)
    {
        var image = await ContainerImage.OfAsync(project);

        Assert.Equal(tag, image.Tag);
        Assert.Equal("1654:1654", image.Config["User"]!.GetValue<string>());
        Assert.Equal(["dotnet", $"/app/SessionAware.{project}.dll"], image.Config["Entrypoint"]!.AsArray().Select(word => word!.GetValue<string>()));
        Assert.Contains($"app/SessionAware.{project}.dll", image.Files.Select(file => file.Name));
    }

    [Fact]
    public async Task Gateway_listens_at_8080_and_the_worker_nowhere()
    {
        Assert.Equal(["8080/tcp"], (await ContainerImage.OfAsync("Gateway")).Config["ExposedPorts"]!.AsObject().Select(port => port.Key));
        Assert.Null((await ContainerImage.OfAsync("ClientWorker")).Config["ExposedPorts"]);
    }

    [Theory]
    [InlineData("Gateway")]
    [InlineData("ClientWorker")]
    public async Task Program_is_roots_and_nobody_else_may_change_it(string project)
    {
        const UnixFileMode changing = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup;

        Assert.All((await ContainerImage.OfAsync(project)).Files, file => Assert.Equal((file.Name, 0, 0, UnixFileMode.None), (file.Name, file.Owner, file.Group, file.Mode & changing)));
    }

    [Theory]
    [InlineData("Gateway", "app/pools.json")]
    [InlineData("ClientWorker", "app/NodeClient/conversations.mjs")]
    public async Task Holds_what_the_program_needs_and_nothing_of_the_machine_that_made_it(string project, string needed)
    {
        var files = (await ContainerImage.OfAsync(project)).Files.Select(file => file.Name).ToList();

        Assert.Contains(needed, files);
        Assert.All(files, file => Assert.StartsWith("app", file, StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => LeftOut().IsMatch(file));
    }

    [Theory]
    [InlineData("Gateway")]
    [InlineData("ClientWorker")]
    public async Task No_key_is_in_its_environment_and_labels(string project)
    {
        var config = (await ContainerImage.OfAsync(project)).Config;
        var environment = config["Env"]!.AsArray().Select(pair => pair!.GetValue<string>()).ToList();

        Assert.Equal(project == "Gateway" ? ["PATH=/usr/bin"] : ["PATH=/usr/bin", "Lab__Report="], environment);
        Assert.All([.. environment, .. config["Labels"]!.AsObject().Select(label => $"{label.Key}={label.Value}")], pair => Assert.DoesNotMatch(Secret(), pair));
        Assert.All([config["Entrypoint"], config["Cmd"]], words => Assert.DoesNotMatch(Secret(), words?.ToJsonString() ?? ""));
    }

    [Theory]
    [InlineData("Gateway", "SessionAware gateway")]
    [InlineData("ClientWorker", "SessionAware lab")]
    public async Task Labels_say_what_it_is(string project, string title)
    {
        var labels = (await ContainerImage.OfAsync(project)).Config["Labels"]!;
        string? Label(string name) => labels[$"org.opencontainers.image.{name}"]?.GetValue<string>();

        Assert.Equal((title, "MIT", "the SessionAware authors"), (Label("title"), Label("licenses"), Label("authors")));
        Assert.NotEmpty(Label("description")!);
        Assert.Equal((null, null), (Label("url"), Label("source")));
    }

    [GeneratedRegex(@"\.pdb$|appsettings|launchSettings|\.env|\.user$|sessions\.db|lab-report|secrets|\.pem$|\.pfx$|FakeResponsesBackend|Tests", RegexOptions.IgnoreCase)]
    private static partial Regex LeftOut();

    [GeneratedRegex("key|token|passw|secret|credential|connectionstring|account", RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
