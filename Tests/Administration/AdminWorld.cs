using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Administration;

/// <summary>A gateway over one scripted backend, and its administration.</summary>
internal sealed class AdminWorld : IAsyncDisposable
{
    private readonly ScriptedBackend _backend;
    private readonly WebNode _gateway;
    private readonly Caller _caller;

    private AdminWorld(ScriptedBackend backend, WebNode gateway) =>
        (_backend, _gateway, _caller, Admin) = (backend, gateway, IdWorld.Call(gateway, "pool"), new Caller(gateway.Url));

    public Caller Admin { get; }

    /// <summary>Starts it; <paramref name="behavior"/> is what stands beside the pool's affinity.</summary>
    public static async Task<AdminWorld> StartAsync(string? behavior = null, params (string Name, string? Value)[] settings)
    {
        var backend = await ScriptedBackend.StartAsync("eastus2");
        return new(backend, await Nodes.StartGatewayAsync(backend.Url, backend.Url, [("environment", "Development"), ("Gateway:PoolsFile", IdPools.Write(behavior)), .. settings]));
    }

    /// <summary>Has the backend answer a <c>POST</c> by <paramref name="json"/>.</summary>
    public Task MakeAsync(string path, string json, params (string Name, string Value)[] headers) => PostAsync(path, """{"model":"m","input":"Hi"}""", json, headers);

    /// <summary>Has the backend answer this request for a response by <paramref name="json"/>.</summary>
    public Task SayAsync(string body, string json) => PostAsync("responses", body, json, []);

    /// <summary>The ids of the sessions that are listed.</summary>
    public async Task<List<string>> ListAsync(string query = "") =>
        [.. (await Admin.GetAsync($"admin/sessions{query}")).Json["sessions"]!.AsArray().Select(session => session!["session"]!.GetValue<string>())];

    /// <summary>Erases a session.</summary>
    /// <returns>How many ids are forgotten.</returns>
    public async Task<int> EraseAsync(string session) => (await Admin.SendAsync(HttpMethod.Delete, $"admin/sessions/{session}")).Json["erased_ids"]!.GetValue<int>();

    public async ValueTask DisposeAsync()
    {
        _caller.Dispose();
        Admin.Dispose();
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    private async Task PostAsync(string path, string body, string json, (string Name, string Value)[] headers)
    {
        _backend.Next(ScriptedBackend.Json(json));
        Assert.Equal(200, (await _caller.SendAsync(HttpMethod.Post, $"openai/v1/{path}", body, headers)).Status);
    }
}
