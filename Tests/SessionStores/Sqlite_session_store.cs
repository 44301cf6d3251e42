using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.SqliteSessions;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>The contract, kept by SQLite; and what is SQLite's own: the file, its version, and that it forgets for good.</summary>
public sealed class Sqlite_session_store : SessionHistoryContract
{
    private readonly string _file = Path.Combine(Scratch.Folder("store"), "below", "sessions.db");
    private readonly List<SqliteSessionStore> _opened = [];

    protected override async Task<ISessionStore> OpenAsync()
    {
        var store = new SqliteSessionStore(Options.Create(new SessionsOptions { File = _file }), Time);
        _opened.Add(store);
        await store.OpenAsync(TestContext.Current.CancellationToken);
        return store;
    }

    public override ValueTask DisposeAsync()
    {
        _opened.ForEach(store => store.Dispose());
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Sessions_outlive_the_process()
    {
        var id = NewResponse();
        await WriteAsync(await OpenAsync(), TurnOf(id));
        await DisposeAsync();

        Assert.NotNull(await FindAsync(await OpenAsync(), SessionId.Response(id), "subscription:ada"));
    }

    [Fact]
    public async Task Database_of_a_newer_version_is_refused_and_not_touched()
    {
        await OpenAsync();
        await DisposeAsync();
        Execute("PRAGMA user_version = 99");

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(OpenAsync);

        Assert.Contains("Gateway__Sessions__File", refused.Message, StringComparison.Ordinal);
        Assert.Contains("newer version of this program (schema 99, known are 2)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_of_another_program_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        Execute("CREATE TABLE theirs (x)");

        Assert.Contains("another program's", (await Assert.ThrowsAsync<OptionsValidationException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_no_database_is_refused()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        await File.WriteAllTextAsync(_file, new string('x', 10_000), TestContext.Current.CancellationToken);

        Assert.Contains("Gateway__Sessions__File", (await Assert.ThrowsAsync<OptionsValidationException>(OpenAsync)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_that_open_a_new_file_at_once_all_can()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(OpenAsync)));

        await Task.WhenAll(opened.Select(store => WriteAsync(store, TurnOf(NewResponse()))));
    }

    [Fact]
    public async Task Erased_content_is_overwritten_in_the_file()
    {
        var store = await OpenAsync();
        var turn = TurnOf(NewResponse()) with { Input = "\"PLANTED-SECRET\""u8.ToArray() };
        await WriteAsync(store, turn);
        await store.EraseOwnerAsync("subscription:ada", TestContext.Current.CancellationToken);
        await DisposeAsync();

        Assert.False(File.Exists(_file + "-wal"));
        Assert.DoesNotContain("PLANTED-SECRET", await File.ReadAllTextAsync(_file, System.Text.Encoding.Latin1, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
