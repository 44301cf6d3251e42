using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>
/// What belongs to A is nothing to B: whatever B tries, through whichever replica, fails, changes nothing, and is answered word for word as if the ids had
/// never existed.
/// </summary>
public sealed class Ownership_attacks
{
    public static TheoryData<string> Families => [.. AttackFamilies.Names];

    [Theory]
    [MemberData(nameof(Families))]
    public async Task What_is_anothers_is_answered_as_what_never_was(string family)
    {
        await using var world = await OwnersWorld.StartAsync(services: TimeAhead.AnHour);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        var theirs = await Possessions.MakeAsync(a, "Ada");

        var faults = await world.AttackAsync(world.Replicas, AttackFamilies.Of(family), theirs);

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
        await AssertUntouchedAsync(a, theirs);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task What_is_ones_own_is_served(string family)
    {
        await using var world = await OwnersWorld.StartAsync(services: TimeAhead.AnHour);
        using var a = new Caller(world.First.Url, apiKey: OwnersWorld.KeyOfA);
        List<string> faults = [];
        foreach (var attack in AttackFamilies.Of(family).Where(attack => attack.WorksForOwner))
        {
            // Each is given something new to destroy.
            var mine = await Possessions.MakeAsync(a, "Ada");
            var answer = await RawAnswer.OfAsync(world.Second.Url, attack.Write(OwnersWorld.KeyOfA, mine));
            if (answer.Status != 200)
                faults.Add($"{attack.Name}: {answer}");
        }

        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    private static async Task AssertUntouchedAsync(Caller a, Possessions theirs)
    {
        async Task AssertRecallsAsync(object body)
        {
            var answer = await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", body);
            Assert.True(answer.Status == 200, answer.Text);
            Assert.Contains("Ada", answer.OutputText, StringComparison.Ordinal);
        }

        var conversation = await a.GetAsync($"{OwnersWorld.Api}/conversations/{theirs.Conversation}");
        Assert.Equal("Ada", conversation.Json["metadata"]!["secret"]!.GetValue<string>());
        Assert.Equal(2, (await a.GetAsync($"{OwnersWorld.Api}/conversations/{theirs.Conversation}/items")).Json["data"]!.AsArray().Count);
        Assert.Equal(200, (await a.GetAsync($"{OwnersWorld.Api}/responses/{theirs.Background}")).Status);
        await AssertRecallsAsync(new { model = "gpt-4o-mini", input = "Who am I?", previous_response_id = theirs.Response });
        await AssertRecallsAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation = theirs.Conversation });
        var item = new { model = "gpt-4o-mini", input = new object[] { new { type = "item_reference", id = theirs.Item }, new { role = "user", content = "Hi" } } };
        Assert.Equal(200, (await a.SendAsync(HttpMethod.Post, $"{OwnersWorld.Api}/responses", item)).Status);
    }
}
