using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Faults;

/// <summary>What a region notes of each request, in memory and on file.</summary>
public sealed class Emulator_journal
{
    [Fact]
    public async Task Entry_tells_request_faults_what_was_made_and_how_it_ended()
    {
        var time = new WatchedTime();
        await using var region = await time.StartRegionAsync(("Region:FirstToken", "00:00:01.500"));
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "visibility_lag", lag_ms = 1, match = new { method = "POST" } });
        const string Body = """{"model":"gpt-4o-mini","input":"naïve"}""";

        var answering = caller.CreateAsync(Body);
        await time.PassUntilAsync(answering);
        var made = (await answering).Id;
        await caller.SendAsync(HttpMethod.Get, "openai/v1/responses/none?stream=true", body: null, ("x-session-attempt", "2"));

        var journal = await caller.JournalAsync(entries => entries is [{ } first, { } second] && first["duration_ms"] is not null && second["duration_ms"] is not null);
        var create = new JsonObject
        {
            ["number"] = 1,
            ["at"] = "2026-01-01T00:00:00+00:00",
            ["method"] = "POST",
            ["path"] = "/openai/v1/responses",
            ["attempt"] = null,
            ["body"] = Body,
            ["body_truncated"] = false,
            ["faults"] = new JsonArray("fault_1"),
            ["made"] = made,
            ["status"] = 200,
            ["duration_ms"] = 1500,
        };
        Golden.AssertSame(create.ToJsonString(), journal[0]!.ToJsonString());
        Golden.AssertSame(
            """{"number":2,"at":"2026-01-01T00:00:01.5+00:00","method":"GET","path":"/openai/v1/responses/none?stream=true","attempt":"2","body":"","body_truncated":false,"faults":[],"made":null,"status":404,"duration_ms":0}""",
            journal[1]!.ToJsonString());
    }

    [Fact]
    public async Task Control_probes_and_unknown_roots_are_no_requests_to_the_API()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "outage" });

        Assert.Equal(200, (await caller.GetAsync("_emulator")).Status);
        Assert.Equal(200, (await caller.GetAsync("alive")).Status);
        Assert.Equal(404, (await caller.GetAsync("favicon.ico")).Status);

        Assert.Empty(await caller.JournalAsync());
    }

    [Fact]
    public async Task Oldest_entries_go_first_and_numbers_go_on()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:JournalEntries", "2")]);
        using var caller = new Caller(region.Url);

        for (var request = 0; request < 3; request++)
            await caller.GetAsync("openai/v1/models");
        Assert.Equal([2, 3], (await caller.JournalAsync()).Select(entry => entry!["number"]!.GetValue<int>()));

        Assert.Equal(204, (await caller.SendAsync(HttpMethod.Delete, "_emulator/journal")).Status);
        Assert.Empty(await caller.JournalAsync());
    }

    [Fact]
    public async Task Long_body_is_kept_up_to_256_KiB()
    {
        await using var region = await Nodes.StartRegionAsync();
        using var caller = new Caller(region.Url);

        await caller.SayAsync(new string('x', 300_000));

        var entry = Assert.Single(await caller.JournalAsync())!;
        Assert.True(entry["body_truncated"]!.GetValue<bool>());
        Assert.Equal(256 * 1024, entry["body"]!.GetValue<string>().Length);
    }

    [Fact]
    public async Task Refused_body_is_entered_with_its_413_and_an_outage_goes_first()
    {
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:MaxRequestBodyBytes", "2000")]);
        using var caller = new Caller(region.Url);

        Assert.Equal(413, (await caller.SayAsync(new string('x', 3000))).Status);
        await caller.OrderAsync(new { kind = "outage" });
        Assert.Equal(503, (await caller.SayAsync(new string('x', 3000))).Status);

        Assert.Equal([413, 503], (await caller.JournalAsync()).Select(entry => entry!["status"]!.GetValue<int>()));
        Assert.Equal(413, (await caller.SendAsync(HttpMethod.Post, "_emulator/faults", new string(' ', 3000))).Status);
    }

    [Fact]
    public async Task File_has_the_line_before_the_region_acts()
    {
        var path = Path.Combine(Scratch.Folder("journal"), "journal.jsonl");
        await using var region = await Nodes.StartRegionAsync(settings: [new("Region:JournalFile", path)]);
        using var caller = new Caller(region.Url);
        await caller.OrderAsync(new { kind = "hang", match = new { contains = "Wait." } });

        using (await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", """{"model":"gpt-4o-mini","input":"Wait."}"""))
        {
            await caller.JournalAsync(journal => journal.Count == 1);
            Assert.Contains("Wait.", Assert.Single(Lines(path))["body"]!.GetValue<string>(), StringComparison.Ordinal);
        }

        await caller.SayAsync("Hi\nthere");
        await caller.SendAsync(HttpMethod.Post, "_emulator/reset");

        Assert.Equal([1, 2], Lines(path).Select(entry => entry["number"]!.GetValue<int>()));
    }

    [Fact]
    public async Task File_that_cannot_be_written_stops_the_start_and_is_named_with_every_other_fault()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartRegionAsync(
            settings: [new("Region:JournalFile", Path.Combine(Scratch.Folder("journal"), "none", "journal.jsonl")), new("Region:JournalEntries", "-1"), new("Region:RulesFile", "none.json")]));

        foreach (var setting in new[] { "Region:JournalFile", "Region:JournalEntries", "Region:RulesFile" })
            Assert.Contains(setting, invalid.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<JsonNode> Lines(string path)
    {
        // The region has it open for writing.
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }
}
