using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.Tests.Worlds;

/// <summary>A region with an assistant that has one tool, a thread, and a gate that holds its runs.</summary>
public sealed class AgentWorld : IAsyncDisposable
{
    public const string Tool = """{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}""";

    public required WebNode Region { get; init; }

    public required Caller Caller { get; init; }

    public required RunGate Gate { get; init; }

    public required FakeTimeProvider Time { get; init; }

    public string Assistant { get; private set; } = "";

    public string Thread { get; private set; } = "";

    public static async Task<AgentWorld> StartAsync(params (string Name, string? Value)[] settings)
    {
        var (gate, time) = (new RunGate(), new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        var region = await Nodes.StartRegionAsync(
            settings: settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)),
            services: services => services.AddSingleton<EventPace>(gate).AddSingleton<TimeProvider>(time));
        var world = new AgentWorld { Region = region, Caller = new Caller(region.Url), Gate = gate, Time = time };
        world.Assistant = (await world.PostAsync("assistants", $$"""{"model":"gpt-4o-mini","instructions":"Be brief.","tools":[{{Tool}}]}""")).Id;
        world.Thread = (await world.PostAsync("threads")).Id;
        return world;
    }

    public Task<Answer> PostAsync(string path, object? body = null, string family = "openai/v1") =>
        Caller.SendAsync(HttpMethod.Post, $"{family}/{path}", body, ("OpenAI-Beta", "assistants=v2"));

    public Task<Answer> GetAsync(string path) => Caller.SendAsync(HttpMethod.Get, $"openai/v1/{path}", body: null, ("OpenAI-Beta", "assistants=v2"));

    /// <summary>Says something in the thread and has the assistant run.</summary>
    /// <returns>The run's path.</returns>
    public async Task<string> RunAsync(string said)
    {
        Assert.Equal(200, (await PostAsync($"threads/{Thread}/messages", new { role = "user", content = said })).Status);
        var run = await PostAsync($"threads/{Thread}/runs", new { assistant_id = Assistant });
        Assert.Equal(200, run.Status);
        return $"threads/{Thread}/runs/{run.Id}";
    }

    /// <summary>The run's status as a caller sees it.</summary>
    public async Task<string> StatusAsync(string run) => (await GetAsync(run)).Json["status"]!.GetValue<string>();

    /// <summary>The texts in the thread, oldest first.</summary>
    public async Task<IReadOnlyList<string>> TextsAsync() =>
        [.. (await GetAsync($"threads/{Thread}/messages?order=asc")).Json["data"]!.AsArray().Select(message => message!["content"]![0]!["text"]!["value"]!.GetValue<string>())];

    /// <summary>The calls that a run waits for.</summary>
    public async Task<IReadOnlyList<string>> CallsAsync(string run) =>
        [.. (await GetAsync(run)).Json["required_action"]!["submit_tool_outputs"]!["tool_calls"]!.AsArray().Select(call => call!["id"]!.GetValue<string>())];

    public async ValueTask DisposeAsync()
    {
        Caller.Dispose();
        await Region.DisposeAsync();
    }
}
