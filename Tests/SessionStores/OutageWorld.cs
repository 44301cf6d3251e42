using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.SqliteSessions;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.SessionStores;

/// <summary>Regions, a gateway, and ways to disturb its store from outside.</summary>
public sealed class OutageWorld : IAsyncDisposable
{
    /// <summary>How long an answer waits for the store.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMilliseconds(150);

    private OutageWorld(WebNode east, WebNode west, WebNode gateway, string file)
    {
        (EastUs2, WestUs, Gateway, File) = (east, west, gateway, file);
        Caller = IdWorld.Call(gateway);
        Admin = new Caller(gateway.Url);
    }

    public WebNode EastUs2 { get; }

    public WebNode WestUs { get; }

    public WebNode Gateway { get; }

    /// <summary>The store's file.</summary>
    public string File { get; }

    public Caller Caller { get; }

    public Caller Admin { get; }

    public static async Task<OutageWorld> StartAsync(string? folder = null, params (string Name, string? Value)[] settings)
    {
        var file = Path.Combine(folder ?? Scratch.Folder("sessions"), "sessions.db");
        var (east, west) = (await Nodes.StartRegionAsync("eastus2"), await Nodes.StartRegionAsync("westus"));
        var gateway = await Nodes.StartGatewayAsync(
            east.Url,
            west.Url,
            [.. settings, ("environment", "Development"), ("Gateway:Sessions:File", file), ("Gateway:Sessions:StoreTimeout", $"{Timeout}")]);
        return new(east, west, gateway, file);
    }

    /// <summary>Takes the right to write from everybody else until it is disposed of.</summary>
    public IDisposable Lock()
    {
        var connection = Connect();
        Execute(connection, "BEGIN IMMEDIATE");
        return connection;
    }

    /// <summary>A conversation that another process recorded: nothing of it is in the gateway's memory.</summary>
    public async Task<string> RecordElsewhereAsync(int turns = 1)
    {
        using var store = new SqliteSessionStore(Options.Create(new SessionsOptions { File = File }), TimeProvider.System);
        var (last, now) = ("", TimeProvider.System.GetUtcNow());
        for (var turn = 0; turn < turns; turn++)
        {
            last = SessionIds.NewResponse();
            await store.WriteAsync(new([], new SessionAware.Gateway.Sessions.Turn(last, "", "eastus2", last, now, now.AddDays(1)) { Status = "completed", Answer = new byte[1000] }));
        }

        return last;
    }

    /// <summary>Fills all pages but the first with garbage.</summary>
    public void Corrupt()
    {
        using (var connection = Connect())
            Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        using var file = new FileStream(File, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        file.Position = 8192;
        var garbage = new byte[8192];
        Array.Fill(garbage, (byte)0xA5);
        while (file.Position < file.Length)
            file.Write(garbage);
    }

    /// <summary>Writes that wait in the gateway's memory, and those that are lost.</summary>
    public async Task<(int Waiting, long Lost)> BacklogAsync()
    {
        var report = (await Admin.GetAsync("admin/store")).Json;
        return (report["waiting_writes"]!.GetValue<int>(), report["lost_writes"]!.GetValue<long>());
    }

    /// <summary>Whether a replica finds <paramref name="id"/> in the store.</summary>
    public async Task<bool> IsDurableAsync(string id)
    {
        using var store = new SqliteSessionStore(Options.Create(new SessionsOptions { File = File }), TimeProvider.System);
        return await store.ReadTurnAsync(id, owner: "", TestContext.Current.CancellationToken) is not null;
    }

    public async ValueTask DisposeAsync()
    {
        Caller.Dispose();
        Admin.Dispose();
        await Gateway.DisposeAsync();
        await WestUs.DisposeAsync();
        await EastUs2.DisposeAsync();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
