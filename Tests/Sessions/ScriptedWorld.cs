using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Owners;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary>One scripted region behind a gateway whose only pool, <c>pool</c>, has affinity by ids; and a look into its store.</summary>
internal sealed class ScriptedWorld : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _gateways = [];
    private readonly string _file = Path.Combine(Scratch.Folder("sessions"), "sessions.db");
    private string _pools = "";

    private ScriptedWorld(ScriptedBackend region) => Region = region;

    public ScriptedBackend Region { get; }

    public WebNode Gateway { get; private set; } = null!;

    public Caller Caller { get; private set; } = null!;

    public Caller Admin { get; private set; } = null!;

    public ISessionStore Store => Gateway.App.Services.GetRequiredService<ISessionStore>();

    /// <summary>Starts with what stands beside the pool's affinity, settings, and services that take the place of the gateway's own.</summary>
    public static async Task<ScriptedWorld> StartAsync(
        string behavior = "\"unknown\": \"reject\"", IEnumerable<(string Name, string? Value)>? settings = null, Action<IServiceCollection>? services = null)
    {
        var world = new ScriptedWorld(await ScriptedBackend.StartAsync("eastus2")) { _pools = IdPools.Write(behavior) };
        world.Gateway = await world.StartReplicaAsync(settings, services);
        (world.Caller, world.Admin) = (IdWorld.Call(world.Gateway, "pool"), new Caller(world.Gateway.Url));
        return world;
    }

    /// <summary>Another gateway over the same store.</summary>
    public async Task<WebNode> StartReplicaAsync(IEnumerable<(string Name, string? Value)>? settings = null, Action<IServiceCollection>? services = null)
    {
        (string Name, string? Value)[] own = [("Gateway:PoolsFile", _pools), ("Gateway:Sessions:File", _file), ("Gateway:Owners:AllowAnonymous", "true"), ("environment", "Development")];
        var replica = await OwnersWorld.StartGatewayAsync(Region.Url, Region.Url, [.. own, .. settings ?? []], services);
        _gateways.Add(replica);
        return replica;
    }

    /// <summary>A response in JSON, whole.</summary>
    public static string Response(string id, string status = "completed", string more = "") =>
        $$"""{"id":"{{id}}","object":"response","status":"{{status}}","model":"m","output":[{"id":"msg_{{id[5..]}}","type":"message","role":"assistant","content":[{"type":"output_text","text":"Ada"}]}]{{more}}}""";

    /// <summary>An event that carries <paramref name="response"/>.</summary>
    public static string EventOf(string type, string response) => $"event: {type}\ndata: {{\"type\":\"{type}\",\"response\":{response}}}\n\n";

    public static RequestDelegate Json(string text, int status = 200, Task? gate = null, TaskCompletionSource? arrived = null) => async context =>
    {
        arrived?.TrySetResult();
        await (gate ?? Task.CompletedTask);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(text);
    };

    /// <summary>A stream of a response's beginning and, once <paramref name="gate"/> ends, its end.</summary>
    public static RequestDelegate Stream(string id, Task gate, string more = "") => async context =>
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync(EventOf("response.created", Response(id, "in_progress", more)));
        await context.Response.Body.FlushAsync();
        await gate;
        await context.Response.WriteAsync(EventOf("response.completed", Response(id, "completed", more)));
    };

    /// <summary>The answer to a successful deletion.</summary>
    public static RequestDelegate Deleted(string id) => Json($$"""{"id":"{{id}}","object":"response","deleted":true}""");

    /// <summary>Makes a response whose input is <paramref name="input"/>.</summary>
    public async Task<string> MakeAsync(string input = "Hi")
    {
        var id = SessionIds.NewResponse();
        Region.Next(Json(Response(id)));
        Assert.Equal(200, (await Caller.CreateAsync(new { model = "m", input })).Status);
        return id;
    }

    public ValueTask<SessionAware.Gateway.Sessions.Turn?> ReadAsync(string id) => Store.ReadTurnAsync(id, owner: "", TestContext.Current.CancellationToken);

    /// <summary>Writes that wait in the gateway's memory, and those that are lost.</summary>
    public async Task<(int Waiting, long Lost)> BacklogAsync()
    {
        var report = (await Admin.GetAsync("admin/store")).Json;
        return (report["waiting_writes"]!.GetValue<int>(), report["lost_writes"]!.GetValue<long>());
    }

    public async ValueTask DisposeAsync()
    {
        Caller.Dispose();
        Admin.Dispose();
        foreach (var gateway in _gateways)
            await gateway.DisposeAsync();
        await Region.DisposeAsync();
    }
}
