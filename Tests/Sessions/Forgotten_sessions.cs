using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>What is not there any more is forgotten, and nothing else.</summary>
public sealed class Forgotten_sessions
{
    [Fact]
    public async Task Deletion_at_a_wrong_address_forgets_nothing()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("My name is Ada.");

        var wrong = await caller.SendAsync(HttpMethod.Delete, $"openai/responses/{first.Id}");

        Assert.Equal((404, "Resource not found"), (wrong.Status, wrong.Json["error"]!["message"]!.GetValue<string>()));
        Assert.Equal(200, (await caller.GetAsync($"openai/v1/responses/{first.Id}")).Status);
        Assert.Contains("Ada", (await caller.SayAsync("Who am I?", first.Id)).OutputText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_its_region_does_not_have_any_more_is_forgotten()
    {
        await using var world = await IdWorld.StartAsync();
        using var caller = IdWorld.Call(world.Gateway);
        var first = await caller.SayAsync("Hi");
        using var region = new Caller((first.Header("x-backend-id") == "eastus2" ? world.EastUs2 : world.WestUs).Url);
        Assert.Equal(200, (await region.DeleteAsync($"responses/{first.Id}")).Status);

        var deleted = await caller.DeleteAsync($"responses/{first.Id}");

        Assert.Equal((404, first.Header("x-backend-id")), (deleted.Status, deleted.Header("x-backend-id")));
        Assert.Contains(first.Id, deleted.Text, StringComparison.Ordinal);
        Assert.Null((await caller.GetAsync($"openai/v1/responses/{first.Id}")).Header("x-backend-id"));
    }
}
