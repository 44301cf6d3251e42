using System.Text;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>However much a request names, it waits once and asks the store so often at most.</summary>
public sealed class Work_per_request
{
    [Theory]
    [InlineData("forward", 200)]
    [InlineData("reject", 404)]
    public async Task Young_ids_of_one_request_are_waited_for_together(string unknown, int status)
    {
        var time = new StillTime();
        await using var backend = await Nodes.StartBackendAsync(_ => Task.CompletedTask);
        await using var gateway = await Nodes.StartGatewayAsync(
            [new("Backends:eastus2:Url", backend.Url), new("Backends:westus:Url", backend.Url), new("Gateway:PoolsFile", IdPools.Write($"\"unknown\": \"{unknown}\""))],
            services => services.AddSingleton<TimeProvider>(time));
        using var caller = IdWorld.Call(gateway, "pool");
        var second = (uint)time.GetUtcNow().ToUnixTimeSeconds();
        var items = Enumerable.Range(0, 4).Select(_ => new { type = "item_reference", id = SessionIds.Id("msg", SessionIds.Chain(), second) });
        time.TakeWaits();

        var answer = await caller.CreateAsync(new { model = "m", input = items });

        Assert.Equal(status, answer.Status);
        Assert.Equal([2, 4, 8, 16, 32, 64, 128, 256, 512], time.TakeWaits().Where(wait => int.IsPow2(wait)));
    }

    [Fact]
    public void References_and_encrypted_contents_are_counted_together_and_each_once()
    {
        static string Item(string content) => $$"""{"type":"reasoning","encrypted_content":"{{content}}"}""";
        static string Reference(string id) => $$"""{"type":"item_reference","id":"{{id}}"}""";
        static BodyKeys Read(IEnumerable<string> items) => BodyKeysReader.Read(Encoding.UTF8.GetBytes($$"""{"input":[{{string.Join(',', items)}}]}"""), []);
        var most = Enumerable.Range(0, 5000).SelectMany(number => new[] { Item($"{number}"), Reference($"msg_{number}") }).ToList();

        var keys = Read(most.Concat(most));

        Assert.Equal((5000, 5000), (keys.Items.Count, keys.EncryptedContents.Count));
        foreach (var oneMore in new[] { Item("one more"), Reference("one more") })
            Assert.Equal(("input", "The input refers to more than 10000 items."), Assert.Throws<UnreadableBodyException>(() => Read(most.Append(oneMore))) is var refused ? (refused.Param, refused.Message) : default);
    }
}
