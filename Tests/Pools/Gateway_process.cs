using System.Text;
using CliWrap;
using SessionAware.Gateway;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>The gateway as a user starts it, in a process and a folder of its own.</summary>
public sealed class Gateway_process
{
    /// <summary>Beside the program lies the file that is shipped: it must not take the place of the user's own when that one has gone.</summary>
    [Fact]
    public async Task Pools_file_of_the_folder_that_has_gone_is_not_replaced_by_the_shipped_one()
    {
        var folder = Scratch.Folder("gateway");
        var file = Path.Combine(folder, "pools.json");
        File.Move(
            PoolsText.Write("""
                { "backends": [ { "name": "mine", "properties": { "url": "http://127.0.0.1:1" } } ], "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/mine" } ] } } } ],
                  "apis": [ { "name": "mine", "properties": { "path": "mine" }, "sessionAware": { "pool": "p" } } ] }
                """),
            file);
        using var stop = new CancellationTokenSource();
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var ready = new TaskCompletionSource();
        var output = new StringBuilder();
        var running = Cli.Wrap("dotnet")
            .WithArguments([typeof(GatewayOptions).Assembly.Location, "--urls", url])
            .WithWorkingDirectory(folder)
            .WithEnvironmentVariables(variables => variables.Set("ASPNETCORE_ENVIRONMENT", "Development"))
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line =>
            {
                output.AppendLine(line);
                if (line.Contains("Application started", StringComparison.Ordinal))
                    ready.TrySetResult();
            }))
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(CancellationToken.None, stop.Token);
        await Task.WhenAny(ready.Task, running.Task).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(ready.Task.IsCompleted, output.ToString());
        using var caller = new Caller(url);

        File.Delete(file);

        await Eventually.IsAsync(async () => (await caller.GetAsync("admin/pools")).Json["refused_faults"]!.AsArray().Count > 0);
        var pools = (await caller.GetAsync("admin/pools")).Json;
        Assert.Equal((file, "/mine"), (pools["file"]!.GetValue<string>(), pools["apis"]![0]!["path"]!.GetValue<string>()));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await running);
    }
}
