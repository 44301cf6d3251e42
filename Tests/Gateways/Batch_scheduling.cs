using System.Globalization;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Gateways;

/// <summary>How Linux lets the gateway's threads have a core that they share.</summary>
public sealed class Batch_scheduling
{
    private const int Normal = 0, Batch = 3;

    // Of proc(5), counted after the name.
    private const int PolicyField = 38;

    [Theory]
    [InlineData(Batch, null)]
    [InlineData(Normal, "false")]
    public async Task Threads_that_serve_requests_do_not_interrupt_each_other_unless_that_is_set(int expected, string? set)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux tells how a thread is scheduled.");
        await using var region = await Nodes.StartRegionAsync("eastus2");
        await using var gateway = await GatewayProcess.StartAsync(
            [("Backends__eastus2__Url", region.Url), ("Backends__westus__Url", region.Url), .. set is null ? [] : new[] { ("Gateway__BatchScheduling", set) }]);
        using var caller = new Caller(gateway.Url + "/session-aware");

        var answer = await caller.SayAsync("Hi");

        Assert.Equal(200, answer.Status);
        var policies = Directory.GetDirectories($"/proc/{gateway.Id}/task").Select(thread => File.ReadAllText(Path.Combine(thread, "stat"))).Select(PolicyOf).ToLookup(thread => thread.Name, thread => thread.Policy);
        foreach (var name in new[] { ".NET Sockets", ".NET TP Worker", "session store" })
        {
            Assert.NotEmpty(policies[name]);
            Assert.All(policies[name], policy => Assert.Equal(expected, policy));
        }
    }

    /// <summary>"id (name) state …".</summary>
    private static (string Name, int Policy) PolicyOf(string stat)
    {
        var end = stat.LastIndexOf(')');
        return (stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..end], int.Parse(stat[(end + 2)..].Split(' ')[PolicyField], CultureInfo.InvariantCulture));
    }
}
