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

    /// <summary>The first to read takes a moment in which SQLite has everybody else wait.</summary>
    [Fact]
    public async Task First_questions_may_come_at_once()
    {
        for (var start = 0; start < 100; start++)
        {
            var (one, other) = (await OpenAsync(), await OpenAsync());
            var asked = Enumerable.Range(0, 8).Select(number => FindAsync(number % 2 == 0 ? one : other, SessionId.Response(NewResponse()), "subscription:ada").AsTask());
            Assert.All(await Task.WhenAll(asked), Assert.Null);
            await DisposeAsync();
            _opened.Clear();
        }
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
    public async Task Database_of_the_first_version_is_brought_up_to_date_with_all_that_is_in_it()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
        var (response, item) = (NewResponse(), SessionId.Item("msg_1"));
        var (key, itemKey) = (SqliteKey.Of(SessionId.Response(response)), SqliteKey.Of(item));
        // As that version wrote it: a turn with one item, and a conversation that is indexed.
        Execute($"""
            PRAGMA page_size = 16384; PRAGMA journal_mode = WAL;
            CREATE TABLE pins (
                id INTEGER PRIMARY KEY, key BLOB NOT NULL, owner TEXT NOT NULL, backend TEXT NOT NULL, session BLOB, created INTEGER NOT NULL, expires INTEGER NOT NULL,
                status TEXT, model TEXT, previous BLOB, conversation BLOB, input_tokens INTEGER, output_tokens INTEGER, items BLOB
            );
            CREATE TABLE contents (id INTEGER PRIMARY KEY, input BLOB, answer BLOB);
            CREATE TABLE keys (key BLOB PRIMARY KEY, pin INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE indexed (row INTEGER NOT NULL);
            INSERT INTO indexed VALUES (1);
            INSERT INTO pins VALUES (1, {Blob(SqliteKey.Of(SessionId.Conversation("conv_1")))}, '{Ada}', 'westus', NULL, 1770000000000, 1770086400000, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
            INSERT INTO keys VALUES ({Blob(SqliteKey.Of(SessionId.Conversation("conv_1")))}, 1);
            INSERT INTO pins VALUES (2, {Blob(key)}, '{Ada}', 'eastus2', NULL, 1770000000000, 1770086400000, 'completed', 'm', NULL, NULL, 1, 2, {Blob([0, (byte)itemKey.Length, .. itemKey])});
            INSERT INTO contents VALUES (2, {Blob("\"Hi\""u8)}, {Blob("{}"u8)});
            PRAGMA application_id = 0x53654177; PRAGMA user_version = 1;
            """);

        var store = await OpenAsync();

        AssertSame(
            TurnOf(response) with { Model = "m", InputTokens = 1, OutputTokens = 2, Input = "\"Hi\""u8.ToArray(), Answer = "{}"u8.ToArray() },
            await store.ReadTurnAsync(response, Ada, TestContext.Current.CancellationToken));
        Assert.Equal(("eastus2", response), await FindAsync(store, item, Ada) is { } pin ? (pin.Backend, pin.Session) : default);
        Assert.Equal("westus", (await FindAsync(store, SessionId.Conversation("conv_1"), Ada))!.Backend);
        var moved = TurnOf(NewResponse(), backend: "westus") with { Home = "eastus2", Replay = "turns=1; items=1" };
        await WriteAsync(store, moved);
        AssertSame(moved, await store.ReadTurnAsync(moved.ResponseId, Ada, TestContext.Current.CancellationToken));
        Assert.Empty((await store.ReadErasuresAsync(null, TestContext.Current.CancellationToken)).Erasures);
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

    private static string Blob(ReadOnlySpan<byte> bytes) => $"x'{Convert.ToHexString(bytes)}'";

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_file};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
