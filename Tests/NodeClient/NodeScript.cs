using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.NodeClient;

/// <summary>Runs a script of this folder under node and reads the JSON that it prints.</summary>
public static class NodeScript
{
    /// <summary>Where the npm packages are.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "Tests", "NodeClient");

    /// <summary>Skips the test where they are not.</summary>
    public static void RequirePackages() => Assert.SkipUnless(
        File.Exists(Path.Combine(Folder, "node_modules", ".package-lock.json")),
        "The npm packages of Tests/NodeClient are not installed: run 'npm ci' there (needs node 20 or later).");

    public static async Task<JsonNode> RunAsync(string script, params string[] arguments)
    {
        RequirePackages();
        var run = await Cli.Wrap("node").WithWorkingDirectory(Folder).WithArguments([script, .. arguments])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(run.IsSuccess, run.StandardError + run.StandardOutput);
        return JsonNode.Parse(run.StandardOutput)!;
    }
}
