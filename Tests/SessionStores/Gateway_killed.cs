using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.SqliteSessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SessionStores;

/// <summary>The gateway's process is killed under load: whatever answer a client has read to its last byte is on record.</summary>
public sealed class Gateway_killed
{
    private const int Kills = 10;
    private const int Callers = 16;
    private const string AdminKey = "0123456789abcdef";

    [Fact]
    public async Task No_turn_whose_last_byte_was_received_is_missing()
    {
        await using var east = await Nodes.StartRegionAsync("eastus2");
        await using var west = await Nodes.StartRegionAsync("westus");
        var file = Path.Combine(Scratch.Folder("sessions"), "sessions.db");
        var (answered, cut) = (new ConcurrentBag<string>(), 0);

        for (var kill = 0; kill < Kills; kill++)
        {
            await using var gateway = await GatewayProcess.StartAsync(
                ("Backends__eastus2__Url", east.Url), ("Backends__westus__Url", west.Url), ("Gateway__Sessions__File", file), ("Gateway__AdminKey", AdminKey),
                // However slow the disk is today: what waits for it in memory is outside of the promise.
                ("Gateway__Sessions__StoreTimeout", "00:00:30"));
            using var admin = new Caller(gateway.Url);
            using var turns = new SemaphoreSlim(0);
            var load = Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(gateway.Url, caller, answered, turns))).ToList();
            // Under way for sure, and never at the same moment.
            for (var turn = 0; turn < 100 + 37 * kill; turn++)
                Assert.True(await turns.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken), $"{load.Find(task => task.IsFaulted)?.Exception}");

            var store = (await admin.SendAsync(HttpMethod.Get, "admin/store", body: null, ("x-admin-key", AdminKey))).Json;
            Assert.Equal((0, 0), (store["waiting_writes"]!.GetValue<int>(), store["lost_writes"]!.GetValue<int>()));

            await gateway.KillAsync();

            cut += (await Task.WhenAll(load)).Count(isCut => isCut);
        }

        Assert.True(cut > 0, "Nothing was under way when the gateway was killed.");
        using var survivor = new SqliteSessionStore(Options.Create(new SessionsOptions { File = file }), TimeProvider.System);
        await survivor.OpenAsync(TestContext.Current.CancellationToken);
        var missing = new List<string>();
        foreach (var id in answered)
        {
            if (await survivor.ReadTurnAsync(id, owner: "", TestContext.Current.CancellationToken) is not { Status: "completed", Answer.IsEmpty: false, Input.IsEmpty: false })
                missing.Add(id);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{answered.Count} turns answered, {missing.Count} missing, {cut} cut off by {Kills} kills");
        Assert.Empty(missing);
        Assert.Equal("ok", Ask(file, "PRAGMA integrity_check"));
    }

    /// <summary>Streams and asks in turn until the gateway is gone.</summary>
    /// <returns>Whether a turn was cut off.</returns>
    private static async Task<bool> CallAsync(string gateway, int caller, ConcurrentBag<string> answered, SemaphoreSlim turns)
    {
        using var http = new HttpClient(new SocketsHttpHandler()) { DefaultRequestHeaders = { { "api-key", Nodes.ApiKey } } };
        string? previous = null;
        for (var turn = caller; ; turn++)
        {
            var streams = turn % 2 == 0;
            var body = $$"""{"model":"gpt-4o-mini","input":"Turn {{turn}} of {{caller}}","stream":{{(streams ? "true" : "false")}}{{(previous is null ? "" : $",\"previous_response_id\":\"{previous}\"")}}}""";
            try
            {
                using var answer = await http.PostAsync(new Uri($"{gateway}/session-aware/openai/v1/responses"), new StringContent(body));
                var text = await answer.Content.ReadAsStringAsync();
                Assert.True(answer.IsSuccessStatusCode, text);
                var id = text[text.IndexOf("resp_", StringComparison.Ordinal)..][..55];
                answered.Add(id);
                turns.Release();
                previous = turn % 5 == 0 ? null : id;
            }
            catch (Exception gone) when (gone is HttpRequestException or IOException)
            {
                return gone is IOException || gone.InnerException is not System.Net.Sockets.SocketException;
            }
        }
    }

    private static string Ask(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (string)command.ExecuteScalar()!;
    }
}
