using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>The calls of <c>/_emulator</c> that tests make of a region.</summary>
public static class Emulator
{
    /// <summary>Puts a fault in force.</summary>
    /// <returns>The fault's id.</returns>
    public static async Task<string> OrderAsync(this Caller caller, object fault)
    {
        var answer = await caller.SendAsync(HttpMethod.Post, "_emulator/faults", fault);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Id;
    }

    /// <summary>Queues faults, one for each of the next requests.</summary>
    public static async Task QueueAsync(this Caller caller, params object[] faults)
    {
        var answer = await caller.SendAsync(HttpMethod.Post, "_emulator/queue", new { faults });
        Assert.True(answer.Status == 200, answer.Text);
    }

    /// <summary>Lifts all faults.</summary>
    public static async Task LiftAsync(this Caller caller) => Assert.Equal(204, (await caller.SendAsync(HttpMethod.Delete, "_emulator/faults")).Status);

    /// <summary>The region's journal, oldest entry first.</summary>
    public static async Task<JsonArray> JournalAsync(this Caller caller) => (await caller.GetAsync("_emulator/journal")).Json.AsArray();

    /// <summary>The first state of the journal that <paramref name="isDue"/>: what happens after an answer has gone out is entered a moment later.</summary>
    public static async Task<JsonArray> JournalAsync(this Caller caller, Func<JsonArray, bool> isDue)
    {
        while (true)
        {
            var journal = await caller.JournalAsync();
            if (isDue(journal))
                return journal;
        }
    }

    /// <summary>How many responses the region holds.</summary>
    public static async Task<int> StoredAsync(this Caller caller) => (await caller.GetAsync("_emulator")).Json["responses"]!["count"]!.GetValue<int>();

    /// <summary>The HTTP status, or 0 where the connection broke without an answer.</summary>
    public static async Task<int> StatusOfAsync(Task<Answer> sending)
    {
        try
        {
            return (await sending).Status;
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    /// <summary>Streams a response to <paramref name="input"/> until its end or its break.</summary>
    public static async Task<(IReadOnlyList<string> Types, bool EndedProperly)> StreamAsync(WebNode region, string input)
    {
        using var raw = await RawHttp.PostAsync($"{region.Url}/openai/v1/responses", $$"""{"model":"gpt-4o-mini","input":"{{input}}","stream":true}""");
        await raw.ReadHeadAsync();
        var text = string.Concat(await raw.ReadChunksAsync().ToListAsync(TestContext.Current.CancellationToken));
        return ([.. Events.Parse(text).Select(item => item.Type)], raw.EndedProperly);
    }
}
