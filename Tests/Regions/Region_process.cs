using CliWrap;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Regions;

/// <summary>A region in a fresh process, where nothing has been made ready by an earlier request.</summary>
public sealed class Region_process
{
    [Fact]
    public async Task First_request_of_all_may_be_a_streamed_one()
    {
        using var stop = new CancellationTokenSource();
        var url = $"http://127.0.0.1:{Ports.Free()}";
        var listening = new TaskCompletionSource();
        var running = Cli.Wrap("dotnet").WithArguments([Path.Combine(AppContext.BaseDirectory, "SessionAware.FakeResponsesBackend.dll"), "--urls", url])
            .WithStandardOutputPipe(PipeTarget.ToDelegate(line =>
            {
                if (line.Contains("Application started", StringComparison.Ordinal))
                    listening.TrySetResult();
            }))
            .WithValidation(CommandResultValidation.None).ExecuteAsync(TestContext.Current.CancellationToken, stop.Token);
        await Task.WhenAny(listening.Task, running);
        Assert.True(listening.Task.IsCompleted, "It ended before it listened.");
        using var caller = new Caller(url);

        var answer = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Count to 3", stream = true });

        await stop.CancelAsync();
        Assert.Equal(200, answer.Status);
        Assert.Equal("response.completed", Events.Parse(answer.Text)[^1].Type);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await running);
    }
}
