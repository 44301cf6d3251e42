using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.NodeClient;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>Ten thousand follow-ups by official clients through two replicas: none meets a wrong backend, and every conversation recalls its own word.</summary>
public sealed class Follow_ups
{
    [Fact]
    public async Task Follow_ups_of_the_dotnet_client_all_meet_their_own_backend()
    {
        const int conversations = 1000, followUps = 8;
        await using var world = await IdWorld.StartAsync();
        var second = await world.StartReplicaAsync();
        var replicas = new[] { FollowUpConversation.Client(world.Gateway), FollowUpConversation.Client(second) };
        var all = Enumerable.Range(0, conversations).Select(number => new FollowUpConversation(number, replicas)).ToList();

        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (conversation, _) => await conversation.HoldAsync(followUps));

        Assert.Empty(all.SelectMany(conversation => conversation.Faults));
        Assert.True(all.Sum(conversation => conversation.FollowUps) >= conversations * followUps);
        Assert.All(all, conversation => Assert.Contains(conversation.Script.Proof, conversation.LastAnswer, StringComparison.Ordinal));
        Assert.DoesNotContain(all, conversation => all.Any(other => other != conversation && conversation.LastAnswer.Contains(other.Script.Proof, StringComparison.Ordinal)));
        Assert.All(new[] { "eastus2", "westus" }, region => Assert.True(all.Count(conversation => conversation.Home == region) >= conversations / 4));
    }

    [Fact]
    public async Task Follow_ups_of_the_node_client_all_meet_their_own_backend()
    {
        const int conversations = 250, followUps = 8;
        await using var world = await IdWorld.StartAsync();
        var second = await world.StartReplicaAsync();

        var told = await NodeScript.RunAsync(
            "followups.mjs", Nodes.ApiKey, $"{conversations}", $"{followUps}", $"{world.Gateway.Url}/session-aware/openai/v1", $"{second.Url}/session-aware/openai/v1");

        var all = told.AsArray().Select(conversation => conversation!).ToList();
        Assert.Equal(conversations, all.Count);
        Assert.All(all, conversation =>
        {
            var backends = conversation["backends"]!.AsArray().Select(backend => backend!.GetValue<string>()).ToList();
            Assert.True(backends.Count > followUps);
            Assert.Single(backends.Distinct());
            Assert.Contains(conversation["word"]!.GetValue<string>(), conversation["answer"]!.GetValue<string>(), StringComparison.Ordinal);
        });
        Assert.All(new[] { "eastus2", "westus" }, region => Assert.True(all.Count(conversation => conversation["backends"]![0]!.GetValue<string>() == region) >= conversations / 4));
    }

    /// <summary>Nothing but the first event has left the region when the follow-up comes, through another replica.</summary>
    [Fact]
    public async Task Follow_up_while_its_parent_still_streams_meets_the_parents_backend()
    {
        const int parents = 60;
        var gate = new EventGate(after: "response.created");
        await using var east = await Nodes.StartRegionAsync("eastus2", services: services => services.AddSingleton<EventPace>(gate));
        await using var west = await Nodes.StartRegionAsync("westus", services: services => services.AddSingleton<EventPace>(gate));
        var file = ("Gateway:Sessions:File", (string?)Path.Combine(Scratch.Folder("sessions"), "sessions.db"));
        await using var first = await Nodes.StartGatewayAsync(east.Url, west.Url, file);
        await using var second = await Nodes.StartGatewayAsync(east.Url, west.Url, file);
        using var there = IdWorld.Call(second);

        for (var parent = 0; parent < parents; parent++)
        {
            await using var live = await LiveEvents.CreateAsync($"{first.Url}/session-aware", """{"model":"gpt-4o-mini","input":"My name is Ada.","stream":true}""");

            var early = await there.SayAsync("Who am I?", live.Id);

            Assert.Equal((400, "previous_response_not_found"), (early.Status, early.Json["error"]!["code"]!.GetValue<string>()));
            Assert.Contains($"x-backend-id: {early.Header("x-backend-id")}", live.Head, StringComparison.Ordinal);
            gate.Permit(1);
            await live.ReadAllAsync();
            gate.Permit(1);
            Assert.Contains("Ada", (await there.SayAsync("Who am I?", live.Id)).OutputText, StringComparison.Ordinal);
        }
    }
}
