using System.ClientModel;
using System.ClientModel.Primitives;
using CliWrap.Buffered;
using OpenAI.Responses;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Containers;

/// <summary>What is in the images runs as a user who may write nothing there: the state is where the settings say, and where they say nothing the start says what to set.</summary>
public sealed class Image_as_nobody
{
    private readonly string _url = $"http://127.0.0.1:{Ports.Free()}";

    [Fact]
    public async Task Gateway_holds_a_conversation_and_writes_to_its_state_alone()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var image = await UnpackedImage.OfAsync("Gateway");
        var before = image.Files.ToList();
        await using var gateway = await image.StartAsync([.. Settings(east, west), ("Gateway__Sessions__File", Path.Combine(image.State, "sessions.db"))]);

        Assert.Contains("Ada", await ConverseAsync(), StringComparison.Ordinal);

        Assert.Equal(Enumerable.Repeat($"{UnpackedImage.Nobody}", 4), Identity(gateway, "Uid"));
        Assert.Equal(Enumerable.Repeat($"{UnpackedImage.Nobody}", 4), Identity(gateway, "Gid"));
        Assert.True(File.Exists(Path.Combine(image.State, "sessions.db")));
        Assert.Equal(before, image.Files);
        foreach (var place in new[] { "new", "pools.json", "SessionAware.Gateway.dll" })
            Assert.Contains("Permission denied", (await image.TryAsync("sh", "-c", $"echo x >> {place}")).StandardError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_needs_no_writable_root()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        using var image = await UnpackedImage.OfAsync("Gateway");
        await using var gateway = await image.StartReadOnlyAsync([.. Settings(east, west), ("Gateway__Sessions__File", Path.Combine(image.State, "sessions.db"))]);

        Assert.Contains("Ada", await ConverseAsync(), StringComparison.Ordinal);
        // Keys of cookies live as long as the process where no directory is set; a body that no temporary file can keep passes all the same.
        using var caller = new Caller(_url);
        Assert.NotNull((await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Hi" }, "cookie-affinity/openai/v1")).Header("Set-Cookie"));
        Assert.Equal(200, (await caller.CreateAsync("""{"model":"gpt-4o-mini","input":"Hi"}""" + new string(' ', 2_000_000), "no-affinity/openai/v1")).Status);
    }

    [Theory]
    [InlineData(null, "sessions cannot be kept in '{app}/sessions.db': SQLite Error 14: 'unable to open database file'.")]
    [InlineData("/nowhere/sessions.db", "sessions cannot be kept in '/nowhere/sessions.db': Access to the path '/nowhere' is denied.")]
    public async Task Gateway_says_what_to_set_where_sessions_cannot_be_kept(string? file, string fault)
    {
        using var image = await UnpackedImage.OfAsync("Gateway");

        var run = await image.RunAsync([.. Unreachable, .. file is null ? Array.Empty<(string, string)>() : [("Gateway__Sessions__File", file)]]);

        AssertStopped(run, $"Gateway__Sessions__File: {fault.Replace("{app}", image.App, StringComparison.Ordinal)} Set it to a file in a folder that this process may write to.");
    }

    [Fact]
    public async Task Gateway_says_what_to_set_where_the_cookies_keys_cannot_be_kept()
    {
        using var image = await UnpackedImage.OfAsync("Gateway");

        var run = await image.RunAsync([.. Unreachable, ("Gateway__Sessions__File", Path.Combine(image.State, "sessions.db")), ("Gateway__CookieKeysDirectory", "/nowhere/keys")]);

        AssertStopped(run, "Gateway__CookieKeysDirectory: the keys that seal the affinity cookie cannot be kept there. Set it to a folder that this process may write to.");
    }

    [Fact]
    public async Task Worker_runs_the_lab_and_writes_nothing()
    {
        await using var world = await World.StartAsync();
        using var image = await UnpackedImage.OfAsync("ClientWorker");
        var before = image.Files.ToList();

        var run = await image.RunAsync(("Lab__GatewayUrl", world.Gateway.Url), ("Lab__Conversations", "4"), ("Lab__Report", ""));

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Equal(before, image.Files);
    }

    [Fact]
    public async Task Worker_says_what_to_set_where_a_report_is_wanted_and_cannot_be_written()
    {
        using var image = await UnpackedImage.OfAsync("ClientWorker");

        var run = await image.RunAsync(("Lab__GatewayUrl", _url), ("Lab__Report", "lab-report.json"));

        AssertStopped(run, $"No report can be written to 'lab-report.json' (--report or Lab__Report): Access to the path '{image.App}/lab-report.json' is denied.");
    }

    /// <summary>Everything that a start needs, and nobody there.</summary>
    private (string Name, string Value)[] Unreachable =>
    [
        ("ASPNETCORE_URLS", _url), ("Gateway__Owners__AllowAnonymous", "true"), ("Backends__eastus2__Url", "http://127.0.0.1:1"), ("Backends__westus__Url", "http://127.0.0.1:1"),
    ];

    private static void AssertStopped(BufferedCommandResult run, string fault)
    {
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["The settings are not valid:", $"  - {fault}"], run.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Callers are known by a key, which stays here: the regions get the gateway's own.</summary>
    private (string Name, string Value)[] Settings(WebNode east, WebNode west) =>
    [
        ("ASPNETCORE_URLS", _url),
        ("Gateway__Owners__Subscriptions__0__Name", "ada"),
        ("Gateway__Owners__Subscriptions__0__KeyHashes__0", OwnersWorld.HashOf(OwnersWorld.KeyOfA)),
        ("Backends__eastus2__Url", east.Url),
        ("Backends__eastus2__ApiKey", Nodes.ApiKey),
        ("Backends__westus__Url", west.Url),
        ("Backends__westus__ApiKey", Nodes.ApiKey),
    ];

    /// <summary>Two turns by the official client.</summary>
    /// <returns>What the second was answered.</returns>
    private async Task<string> ConverseAsync()
    {
        var client = new ResponsesClient(
            ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new ApiKeyCredential(OwnersWorld.KeyOfA), "api-key"),
            new ResponsesClientOptions { Endpoint = new Uri($"{_url}/session-aware/openai/v1/") });
        var told = await client.CreateResponseAsync("gpt-4o-mini", "My name is Ada.", previousResponseId: null, TestContext.Current.CancellationToken);
        var asked = await client.CreateResponseAsync("gpt-4o-mini", "Who am I?", told.Value.Id, TestContext.Current.CancellationToken);
        return asked.Value.GetOutputText();
    }

    /// <summary>Real, effective, saved and of the file system.</summary>
    private static IEnumerable<string> Identity(ListeningProcess process, string kind) =>
        File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith($"{kind}:", StringComparison.Ordinal)).Split('\t').Skip(1);
}
