using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.NodeClient;

/// <summary>Runs a script of this folder under node.</summary>
internal static class NodeScript
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "Tests", "NodeClient");

    /// <summary>What the script printed, as JSON.</summary>
    public static async Task<JsonNode> RunAsync(string script, params string[] arguments)
    {
        Assert.SkipUnless(
            Directory.Exists(Path.Combine(s_folder, "node_modules", "openai")) && Directory.Exists(Path.Combine(s_folder, "node_modules", "ws")),
            "The npm packages 'openai' and 'ws' are not installed: run 'npm ci' in Tests/NodeClient (needs node 20 or later).");
        var run = await Cli.Wrap("node").WithWorkingDirectory(s_folder).WithArguments([script, .. arguments])
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        Assert.True(run.IsSuccess, run.StandardError);
        return JsonNode.Parse(run.StandardOutput)!;
    }
}
