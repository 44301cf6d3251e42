using System.Diagnostics;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.NodeClient;

/// <summary>A script of this folder that stays, and answers each line of JSON with one. It starts with the first question and ends with its input.</summary>
public sealed class NodeProcess(string script, params string[] arguments) : IAsyncDisposable
{
    private Process? _process;

    public async Task<JsonNode> AskAsync(JsonNode question)
    {
        NodeScript.RequirePackages();
        _process ??= Process.Start(new ProcessStartInfo("node", [script, .. arguments])
        {
            WorkingDirectory = NodeScript.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await _process.StandardInput.WriteLineAsync(question.ToJsonString());
        await _process.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
        var answer = await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(answer is not null, $"{script} has ended; what it had to say is on the error stream.");
        return JsonNode.Parse(answer)!;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
