using System.Text.Json.Nodes;
using CliWrap;
using CliWrap.Buffered;
using Microsoft.AspNetCore.Http;
using SessionAware.ClientWorker.Conversations;
using SessionAware.ClientWorker.Reports;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Labs;

/// <summary>The lab tells broken from kept conversations, and says so when something else came out than expected.</summary>
public sealed class The_lab
{
    [Fact]
    public async Task Shows_conversations_break_behind_a_plain_pool_and_hold_behind_the_cookie()
    {
        await using var world = await World.StartAsync();

        var (report, shown) = await LabRun.HoldAsync(world.Gateway.Url);

        Assert.All(report.Expectations, expectation => Assert.True(expectation.Held != false, expectation.Name));
        Assert.Equal(18, report.Expectations.Count);
        foreach (var run in report.Runs.Where(run => run.Api == "no-affinity"))
        {
            // One conversation at a time behind a round-robin pool of two: turn 2 is always in the wrong region.
            Assert.Equal((10, 4, 0, 10, 0), (run.Conversations, run.Turns, run.Kept, run.Broken, run.Remembered));
            Assert.Equal([new ErrorCount("previous_response_not_found", 400, 10)], run.Errors);
        }

        foreach (var run in report.Runs.Where(run => run is { Api: "cookie-affinity", Cookies: "PerConversation" }))
        {
            Assert.Equal((10, 10, 0, 10), (run.Conversations, run.Kept, run.Broken, run.Remembered));
            Assert.Empty(run.Errors);
            Assert.Equal(new Dictionary<string, int> { ["eastus2"] = 20, ["westus"] = 20 }, run.Regions);
        }

        var shared = Assert.Single(report.Runs, run => run is { Api: "cookie-affinity", Cookies: "PerProcess" });
        Assert.Equal((20, 20), (shared.Conversations, shared.Kept));
        Assert.Equal(80, Assert.Single(shared.Regions).Value);
        Assert.Contains("20 of 20", shown, StringComparison.Ordinal);
        Assert.Contains("20 × 400", shown, StringComparison.Ordinal);
        Assert.Contains("previous_response_not_found", shown, StringComparison.Ordinal);
        Assert.Contains("all pinned to one", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fails_its_expectation_where_nothing_breaks()
    {
        await using var region = await Nodes.StartRegionAsync();
        await using var gateway = await Nodes.StartGatewayAsync(region.Url, region.Url);

        var (report, _) = await LabRun.HoldAsync(gateway.Url, ("Lab:Conversations", "4"));

        Assert.False(report.AllHeld);
        Assert.Equal(
            [
                "/no-affinity loses conversations, always with 400 previous_response_not_found",
                "/cookie-affinity spreads conversations: each region holds at least a quarter",
                "/session-aware spreads conversations: each region holds at least a quarter",
                "/session-aware keeps those of one client for the process, in both regions and side by side",
                "the seed lab's second prompt is lost on /no-affinity",
            ],
            report.Expectations.Where(expectation => expectation.Held == false).Select(expectation => expectation.Name));
    }

    [Fact]
    public async Task Counts_a_gateway_that_is_not_there_as_failed_connections()
    {
        var (report, _) = await LabRun.HoldAsync($"http://127.0.0.1:{Ports.Free()}", ("Lab:Conversations", "4"));

        Assert.False(report.AllHeld);
        Assert.All(report.Runs.Where(run => run.Skipped is null), run => Assert.Equal([new ErrorCount("connection_failed", 0, run.Conversations)], run.Errors));
    }

    [Theory]
    [InlineData("text/html", "<html>hello</html>", "unreadable_answer")]
    [InlineData("application/json", "[]", "unreadable_answer")]
    [InlineData("application/json", """{"id":"resp_1","object":"response","created_at":1,"model":"m","output":[],"tools":[],"parallel_tool_calls":true,"status":"failed"}""", "failed")]
    public async Task Counts_an_answer_that_is_none_as_an_error(string type, string body, string code)
    {
        await using var gateway = await Nodes.StartBackendAsync(context =>
        {
            context.Response.ContentType = type;
            return context.Response.WriteAsync(body);
        });

        var (report, shown) = await LabRun.HoldAsync(gateway.Url, ("Lab:Conversations", "4"));

        Assert.All(report.Runs.Where(run => run is { Streaming: false, Skipped: null }), run => Assert.Equal((0, code), (run.Kept, Assert.Single(run.Errors).Code)));
        Assert.All(report.Runs, run => Assert.Equal(0, run.Kept));
        Assert.All(report.Expectations, expectation => Assert.True(expectation.Held != true, expectation.Name));
        Assert.DoesNotContain("all pinned to one", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_takes_the_reports_path_and_ends_with_the_labs_verdict()
    {
        await using var world = await World.StartAsync();
        var folder = Scratch.Folder("worker");

        var run = await Cli.Wrap("dotnet").WithWorkingDirectory(folder)
            .WithArguments([Path.Combine(AppContext.BaseDirectory, "SessionAware.ClientWorker.dll"), "--report", "mine.json"])
            .WithEnvironmentVariables(new Dictionary<string, string?> { ["Lab__GatewayUrl"] = world.Gateway.Url, ["Lab__Conversations"] = "4" })
            .WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.StandardOutput + run.StandardError);
        Assert.Equal("mine.json", Path.GetFileName(Assert.Single(Directory.GetFiles(folder))));
    }

    [Fact]
    public async Task Report_has_its_documented_fields()
    {
        await using var world = await World.StartAsync();
        var path = Path.Combine(Scratch.Folder("report"), "deep", "lab-report.json");

        await LabRun.HoldAsync(world.Gateway.Url, ("Lab:Report", path), ("Lab:Conversations", "4"), ("Lab:Turns", "2"));

        var report = JsonNode.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken))!;
        Assert.Equal(["target", "gateway", "store", "runs", "seedLab", "resilience", "expectations"], Names(report));
        Assert.Equal(("Local", world.Gateway.Url, "sqlite"), (report["target"]!.GetValue<string>(), report["gateway"]!.GetValue<string>(), report["store"]!.GetValue<string>()));
        Assert.Equal(10, report["runs"]!.AsArray().Count);
        Assert.Equal(
            [
                "api", "run", "streaming", "cookies", "skipped", "conversations", "atOnce", "turns", "kept", "broken", "remembered", "struck", "fates", "errors",
                "regions", "latencyMs", "firstEventMs",
            ],
            Names(report["runs"]![0]!));
        Assert.Equal(["code", "status", "count"], Names(report["runs"]![0]!["errors"]![0]!));
        Assert.Equal(6, report["resilience"]!.AsArray().Count);
        Assert.Equal(["fate", "refusal", "conversations", "turns", "slowestTurnMs"], Names(report["runs"]![0]!["fates"]![0]!));
        Assert.Equal(["backend", "affinity", "replay", "retried", "error"], Names(report["runs"]![0]!["fates"]![0]!["turns"]![0]!));
        Assert.Equal(("Refused", "400 previous_response_not_found"), (report["runs"]![0]!["fates"]![0]!["fate"]!.GetValue<string>(), report["runs"]![0]!["fates"]![0]!["refusal"]!.GetValue<string>()));
        Assert.Equal(["p50", "p99"], Names(report["runs"]![1]!["firstEventMs"]!));
        Assert.Equal(["name", "held"], Names(report["expectations"]![0]!));
        Assert.True(report["runs"]![1]!["firstEventMs"]!["p50"]!.GetValue<double>() > 0);
    }

    [Theory]
    [InlineData("It is AAAA-2222.", true)]
    [InlineData("It is BBBB-3333.", false)]
    [InlineData("It is AAAA-2222 or BBBB-3333.", false)]
    [InlineData("I don't know.", false)]
    public void Conversation_is_remembered_by_its_own_nonce_and_no_other(string lastAnswer, bool remembered)
    {
        var conversation = new ConversationOutcome(new(["tell", "ask"], "AAAA-2222"), [new("eastus2", 200, null, TimeSpan.Zero)], lastAnswer);

        Assert.Equal(remembered, conversation.Remembers(["AAAA-2222", "BBBB-3333"]));
    }

    [Fact]
    public void Script_asks_in_other_words_and_never_says_the_nonce_twice()
    {
        for (var number = 0; number < 8; number++)
        {
            var script = ConversationScript.Tell(number, turns: 4);
            Assert.Equal(4, script.Prompts.Count);
            Assert.Contains(script.Proof, script.Prompts[0], StringComparison.Ordinal);
            Assert.All(script.Prompts.Skip(1), prompt => Assert.DoesNotContain(script.Proof, prompt, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        Assert.Equal(new Percentiles(50, 99), Percentiles.Of(Enumerable.Range(1, 100).Select(value => TimeSpan.FromMilliseconds(value))));
        Assert.Equal(new Percentiles(7, 7), Percentiles.Of([TimeSpan.FromMilliseconds(7)]));
        Assert.Equal(new Percentiles(null, null), Percentiles.Of([]));
    }

    private static IEnumerable<string> Names(JsonNode node) => node.AsObject().Select(property => property.Key);
}
