using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>A container in which a region runs code holds what was said there: it is its owner's, and its requests go where it is.</summary>
public sealed class Containers
{
    private const string Container = "cntr_0123456789abcdef";
    private const string Responses = $"{OwnersWorld.Api}/responses";

    public static TheoryData<string> Names =>
    [
        $$"""{"model":"m","input":"Hi","tools":[{"type":"code_interpreter","container":"{{Container}}"}]}""",
        """{"tools":[{"type":"function","name":"f","parameters":{"container":"x"}},{"container":"\u0063ntr_0123456789abcdef","type":"code_interpreter"}],"model":"m","input":"Hi"}""",
        $$"""{"model":"m","input":"Hi","tools":[{"type":"shell","environment":{"type":"container_reference","container_id":"{{Container}}"} }]}""",
        $$"""{"model":"m","input":[{"type":"code_interpreter_call","id":"ci_9","code":"1","status":"completed","container_id":"{{Container}}"}]}""",
        $$"""{"model":"m","input":[{"type":"shell_call","call_id":"c","action":{},"environment":{"type":"container_reference","container_id":"{{Container}}"} }]}""",
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Container_is_its_owners_and_leads_to_its_region(string body)
    {
        foreach (var store in new[] { true, false })
        {
            await using var world = await StartAsync();
            var (a, b) = (world.A, world.B);
            Assert.Equal(404, (await a.SendAsync(HttpMethod.Post, Responses, body)).Status);
            var made = await MakeAsync(world, store);
            var before = world.Backend.Requests;

            Assert.Equal(404, (await b.SendAsync(HttpMethod.Post, Responses, body)).Status);
            Assert.Equal(before, world.Backend.Requests);
            for (var turn = 0; turn < 2; turn++)
            {
                var used = await a.SendAsync(HttpMethod.Post, Responses, body);
                Assert.Equal(
                    (200, made.Header("x-backend-id"), "pinned", "item"), (used.Status, used.Header("x-backend-id"), used.Header("x-session-affinity"), used.Header("x-session-key")));
            }
        }
    }

    [Theory]
    [InlineData("""{"type":"code_interpreter","container":{"type":"auto"}}""")]
    [InlineData("""{"type":"code_interpreter","container":null}""")]
    [InlineData("""{"type":"function","name":"f","parameters":{"type":"object","properties":{"container":{"type":"string"},"container_id":{"default":"x"}}}}""")]
    [InlineData("\"text\"")]
    public async Task Tool_that_names_no_container_is_nobodys_business(string tool)
    {
        await using var world = await StartAsync();

        Assert.Equal(200, (await world.A.SendAsync(HttpMethod.Post, Responses, $$"""{"model":"m","input":"Hi","tools":[{{tool}}]}""")).Status);
    }

    [Theory]
    [InlineData("""{"tools":[{"type":"code_interpreter","container":"x","container":"y"}]}""", "tools[].container")]
    [InlineData("""{"tools":[{"environment":{"container_id":"x","container_id":"y"}}]}""", "tools[].environment.container_id")]
    [InlineData("""{"tools":[],"tools":[{"type":"code_interpreter","container":"x"}]}""", "tools")]
    [InlineData("""{"input":[{"type":"code_interpreter_call","container_id":"x","container_id":"y"}]}""", "input[].container_id")]
    public async Task Container_that_stands_twice_is_refused(string body, string param)
    {
        await using var world = await StartAsync();

        var answer = await world.A.SendAsync(HttpMethod.Post, Responses, body);

        Assert.Equal((400, param), (answer.Status, answer.Json["error"]!["param"]!.GetValue<string>()));
    }

    /// <summary>A response of A's that ran code in the container.</summary>
    private static async Task<Answer> MakeAsync(World world, bool store)
    {
        var id = SessionIds.NewResponse();
        world.Backend.Next(ScriptedBackend.Json($$"""
            {"id":"{{id}}","object":"response","status":"completed","store":{{(store ? "true" : "false")}},"output":[
              {"id":"ci_{{id[5..]}}","type":"code_interpreter_call","code":"1","container_id":"{{Container}}"}]}
            """));
        var made = await world.A.SendAsync(HttpMethod.Post, Responses, new { model = "m", input = "Hi", store, tools = new[] { new { type = "code_interpreter", container = new { type = "auto" } } } });
        Assert.Equal(200, made.Status);
        return made;
    }

    private static async Task<World> StartAsync()
    {
        var backend = await ScriptedBackend.StartAsync("both");
        backend.Otherwise(context => ScriptedBackend.Json($$"""{"id":"{{SessionIds.NewResponse()}}","object":"response","status":"completed","output":[]}""")(context));
        var gateway = await OwnersWorld.StartGatewayAsync(backend.Url, backend.Url, OwnersWorld.TwoSubscriptions);
        return new(backend, gateway, new(gateway.Url, apiKey: OwnersWorld.KeyOfA), new(gateway.Url, apiKey: OwnersWorld.KeyOfB));
    }

    private sealed record World(ScriptedBackend Backend, WebNode Gateway, Caller A, Caller B) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            A.Dispose();
            B.Dispose();
            await Gateway.DisposeAsync();
            await Backend.DisposeAsync();
        }
    }
}
