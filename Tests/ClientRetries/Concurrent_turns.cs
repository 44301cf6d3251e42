using Microsoft.Extensions.DependencyInjection;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.Tests.Replay;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ClientRetries;

/// <summary>Turns at the same time: on one parent they are branches; in one conversation the service takes one after the other, and its word is passed on.</summary>
public sealed class Concurrent_turns
{
    [Fact]
    public async Task Turns_on_one_parent_are_branches_at_its_backend_that_do_not_know_of_each_other()
    {
        var gate = new EventGate(after: "response.created");
        await using var world = await StartAsync(gate);
        using var caller = IdWorld.Call(world.Gateway);
        using var east = new Caller(world.EastUs2.Url);
        using var west = new Caller(world.WestUs.Url);
        gate.Permit(1);
        var parent = IdOf(await BranchAsync(caller, "My name is Ada.", parent: null, streams: true));

        var branches = new[] { ("Rex", true), ("Bello", true), ("Fido", false) }
            .Select(dog => (Dog: dog.Item1, Answer: BranchAsync(caller, $"My dog is called {dog.Item1}.", parent, dog.Item2))).ToList();
        // All three run now.
        await east.JournalAsync(journal => journal.Count(entry => entry!["duration_ms"] is null) == branches.Count);
        gate.Permit(branches.Count);
        await Task.WhenAll(branches.Select(branch => branch.Answer));
        gate.Permit(branches.Count);

        foreach (var (dog, answer) in branches)
        {
            var next = await caller.SayAsync("What is my dog called?", IdOf(await answer));
            Assert.Equal(("eastus2", "pinned"), ((await answer).Header("x-backend-id"), (await answer).Header("x-session-affinity")));
            Assert.Equal(("eastus2", "pinned"), (next.Header("x-backend-id"), next.Header("x-session-affinity")));
            Assert.Contains(dog, next.OutputText, StringComparison.Ordinal);
            Assert.All(branches, other => Assert.Equal(other.Dog == dog, next.OutputText.Contains(other.Dog, StringComparison.Ordinal)));
        }

        Assert.Empty(await west.JournalAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turn_in_a_conversation_that_is_locked_gets_the_services_own_answer_and_goes_nowhere_else(bool streams)
    {
        var pace = new HeldPace();
        await using var world = await StartAsync(pace);
        using var caller = IdWorld.Call(world.Gateway);
        using var east = new Caller(world.EastUs2.Url);
        using var west = new Caller(world.WestUs.Url);
        var conversation = (await caller.SendAsync(HttpMethod.Post, "openai/v1/conversations")).Id;
        pace.Hold();
        var running = caller.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada.", conversation, stream = streams });
        await pace.HoldAfterAsync("response.output_item.done");

        var refused = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation, stream = streams });
        var asked = (await east.JournalAsync()).Count;
        pace.LetGo();
        var first = await running;
        var second = await caller.CreateAsync(new { model = "gpt-4o-mini", input = "Who am I?", conversation, stream = streams });

        Assert.Equal((400, "eastus2", "pinned", "conversation"), (refused.Status, refused.Header("x-backend-id"), refused.Header("x-session-affinity"), refused.Header("x-session-key")));
        Golden.AssertSame(
            """{"error":{"message":"Another process is currently operating on this conversation. Please retry in a few seconds.","type":"invalid_request_error","param":null,"code":"conversation_locked"}}""",
            refused.Text);
        // Made, run, refused: each was asked once, there alone.
        Assert.Equal(3, asked);
        Assert.Empty(await west.JournalAsync());
        Assert.Equal((200, 200, "eastus2"), (first.Status, second.Status, second.Header("x-backend-id")));
        Assert.Contains("Ada", second.Text, StringComparison.Ordinal);
    }

    private static Task<IdWorld> StartAsync(EventPace pace) => IdWorld.StartAsync(services: null, services => services.AddSingleton(pace));

    private static Task<Answer> BranchAsync(Caller caller, string input, string? parent, bool streams) =>
        caller.CreateAsync(new { model = "gpt-4o-mini", input, previous_response_id = parent, stream = streams });

    private static string IdOf(Answer answer) => answer.Text.StartsWith('{') ? answer.Id : Events.Parse(answer.Text)[^1].Data["response"]!["id"]!.GetValue<string>();
}
