using Microsoft.Extensions.Configuration;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.Threads;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>On which thread a request goes on when its socket has something.</summary>
public sealed class Socket_completions
{
    private const int Many = 64 * 1024;

    [Theory]
    [InlineData("1", null)]
    [InlineData("0", "0")]
    public async Task The_gateway_has_a_socket_thread_for_each_processor_where_requests_go_on_there(string expected, string? set)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux tells a process's threads by their names.");
        await using var region = await Nodes.StartRegionAsync("eastus2");
        await using var gateway = await GatewayProcess.StartAsync(
            [("Backends__eastus2__Url", region.Url), ("Backends__westus__Url", region.Url), .. set is null ? [] : new[] { (SocketCompletions.Variable, set) }]);
        using var caller = new Caller(gateway.Url + "/session-aware");

        var answer = await caller.SayAsync("Hi");

        Assert.Equal(200, answer.Status);
        var threads = Directory.GetDirectories($"/proc/{gateway.Id}/task").Count(thread => File.ReadAllText(Path.Combine(thread, "comm")).Trim() == ".NET Sockets");
        // The runtime's own rule: one for thirty processors where they only tell the pool.
        Assert.Equal(expected == "1" ? Environment.ProcessorCount : Math.Max(1, (int)Math.Round(Environment.ProcessorCount / 30.0)), threads);
    }

    [Theory]
    [InlineData(true, null, null)]
    [InlineData(true, "sqlite", null)]
    [InlineData(false, "cosmos", null)]
    [InlineData(false, "sqlite", "0")]
    [InlineData(true, "cosmos", "1")]
    public void They_stay_in_the_pool_over_Cosmos_DB_and_what_is_set_outside_counts(bool areInline, string? store, string? set)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("Gateway:Sessions:Store", store), new(SocketCompletions.Variable, set)]).Build();

        Assert.Equal(areInline, SocketCompletions.AreInline(settings));
    }

    [Theory]
    [InlineData(Many / 2, false)]
    [InlineData(Many * 2, true)]
    public async Task Events_that_take_long_to_read_leave_the_thread_that_brought_them(int size, bool leave)
    {
        var isInPool = !leave;
        var events = new EventAlignedStream(Stream.Null, edit: seen =>
        {
            isInPool = Thread.CurrentThread.IsThreadPoolThread;
            return seen;
        });
        var written = new TaskCompletionSource();
        var socket = new Thread(() => events.WriteAsync(new byte[size].Select(_ => (byte)'x').Concat("\n\n"u8.ToArray()).ToArray(), CancellationToken.None).AsTask()
            .ContinueWith(_ => written.SetResult(), TaskScheduler.Default));

        socket.Start();
        await written.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(leave, isInPool);
    }
}
