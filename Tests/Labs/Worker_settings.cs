using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The worker as a user starts it against Azure: what it must be told it asks for, all at once and before anything is sent.</summary>
public sealed class Worker_settings
{
    private const string NoUrl = "Lab:GatewayUrl is not set, and SessionAware:Target is Azure: set it to API Management's address, for example https://my-apim.azure-api.net, or to the gateway's.";
    private const string NoKey = "Lab:ApiKey is not set, and SessionAware:Target is Azure: set it to API Management's subscription key.";
    private const string NoAddress = "Lab:GatewayUrl must be an http or https address without user, query and fragment, for example https://my-apim.azure-api.net.";
    private const string InClear = "Lab:GatewayUrl is an http address, over which the key would travel in clear: write https, as in https://my-apim.azure-api.net. On this machine alone http will do.";
    private const string UnsendableKey = "Lab:ApiKey must be printable ASCII without spaces: no header could carry it.";
    private const string Secret = "S3cr3t-0f-4da";

    private readonly Dictionary<string, string?> _environment = new() { ["SessionAware__Target"] = "Azure" };

    public static TheoryData<string, string[], string[]> Faulty => new()
    {
        { "nothing", [], [NoUrl, NoKey] },
        { "nothing, and another fault", ["Lab__Conversations=0"], ["Lab:Conversations must be between 4 and 10000.", NoUrl, NoKey] },
        { "an address without a key", ["Lab__GatewayUrl=https://my-apim.azure-api.net"], [NoKey] },
        { "a key without an address", [$"Lab__ApiKey={Secret}"], [NoUrl] },
        { "an address in clear", ["Lab__GatewayUrl=http://my-apim.azure-api.net", $"Lab__ApiKey={Secret}"], [InClear] },
        { "an address in clear of a network", ["Lab__GatewayUrl=http://10.0.0.4:8080"], [InClear, NoKey] },
        { "a user in the address", [$"Lab__GatewayUrl=https://ada:{Secret}@my-apim.azure-api.net", $"Lab__ApiKey={Secret}"], [NoAddress] },
        { "a key in the address", [$"Lab__GatewayUrl=https://my-apim.azure-api.net/?subscription-key={Secret}", $"Lab__ApiKey={Secret}"], [NoAddress] },
        { "no scheme", ["Lab__GatewayUrl=my-apim.azure-api.net", $"Lab__ApiKey={Secret}"], [NoAddress] },
        { "an empty address and key", ["Lab__GatewayUrl=", "Lab__ApiKey="], ["Lab:GatewayUrl must be the gateway's address.", "Lab:ApiKey must not be empty."] },
        { "a key that cannot be sent", ["Lab__GatewayUrl=https://my-apim.azure-api.net", $"Lab__ApiKey={Secret}\n"], [UnsendableKey] },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task Faults_against_Azure_are_named_all_at_once(string what, string[] settings, string[] faults)
    {
        foreach (var setting in settings)
            _environment[setting[..setting.IndexOf('=', StringComparison.Ordinal)]] = setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..];

        var run = await RunAsync();

        Assert.True(run.ExitCode == 1, what);
        Assert.Equal(["The settings are not valid:", .. faults.Select(fault => $"  - {fault}").Order()], Lines(run.StandardError));
        Assert.Empty(run.StandardOutput);
    }

    [Fact]
    public async Task Target_that_is_none_is_refused_first_for_the_rest_depends_on_it()
    {
        _environment["SessionAware__Target"] = "Azrue";
        _environment["Lab__Conversations"] = "0";

        var run = await RunAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["The settings are not valid:", "  - SessionAware:Target is 'Azrue': it must be Local or Azure."], Lines(run.StandardError));
    }

    [Fact]
    public async Task Gateway_on_this_machine_needs_no_key_and_may_be_http()
    {
        await using var world = await World.StartAsync();
        _environment["Lab__GatewayUrl"] = world.Gateway.Url;
        _environment["Lab__Conversations"] = "4";

        var run = await RunAsync();

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Contains($"The lab against Azure: 4 conversations of 4 turns for each API of {world.Gateway.Url}, half of them streamed.", run.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_that_cannot_be_written_stops_the_start()
    {
        _environment["Lab__GatewayUrl"] = "http://127.0.0.1:1";
        _environment["Lab__Report"] = "/dev/null/report.json";

        var run = await RunAsync();

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("  - No report can be written to '/dev/null/report.json' (--report or Lab__Report): ", Lines(run.StandardError).Last(), StringComparison.Ordinal);
        Assert.Empty(run.StandardOutput);
    }

    [Fact]
    public async Task Nothing_is_written_where_no_report_is_wanted()
    {
        await using var world = await World.StartAsync();
        _environment["Lab__GatewayUrl"] = world.Gateway.Url;
        _environment["Lab__Conversations"] = "4";
        _environment["Lab__Report"] = "";
        var folder = Scratch.Folder("worker");

        var run = await RunAsync(folder);

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.DoesNotContain("Report:", run.StandardOutput, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Lines(string text) =>
        text.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries) is [var head, .. var faults] ? [head, .. faults.Order()] : [];

    private async Task<BufferedCommandResult> RunAsync(string? folder = null) => await Cli.Wrap("dotnet").WithWorkingDirectory(folder ?? Scratch.Folder("worker"))
        .WithArguments([Path.Combine(AppContext.BaseDirectory, "SessionAware.ClientWorker.dll")])
        .WithEnvironmentVariables(_environment)
        .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
}
