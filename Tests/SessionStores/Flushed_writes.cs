using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.SqliteSessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>A write counts once it is on the disk; and a disk that has failed to take it is not believed when it says so the next time.</summary>
public sealed class Flushed_writes : IAsyncDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly string _file = Path.Combine(Scratch.Folder("store"), "sessions.db");
    private readonly List<long> _flushed = [];
    private readonly SqliteSessionStore _store;
    private int _failures;

    public Flushed_writes()
    {
        _store = new(Options.Create(new SessionsOptions { File = _file }), TimeProvider.System);
        _store.OpenAsync(CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        _store.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Each_write_is_flushed_before_it_counts()
    {
        using var writer = Writer();

        for (var written = 1; written <= 3; written++)
        {
            await WriteAsync(writer, NewResponse());
            Assert.Equal(written, _flushed.Count);
        }

        Assert.All(_flushed, log => Assert.NotEqual(0, log));
    }

    [Fact]
    public async Task Turn_that_is_written_alone_waits_for_two_small_pages()
    {
        using var writer = Writer();
        for (var written = 0; written < 3; written++)
        {
            var response = NewResponse();
            await WriteAsync(writer, new SessionWrite([], new(response, "", "eastus2", response, s_now, s_now.AddDays(1)) { Status = "completed", Input = new byte[150], Answer = new byte[1200] }));
        }

        Assert.All(
            _flushed.Zip(_flushed[1..], (before, after) => after - before),
            written => Assert.InRange(written, 1, 2 * 8192 + 100));
    }

    [Fact]
    public async Task After_a_flush_that_failed_the_log_is_folded_into_the_file_which_the_disk_has_to_take_anew()
    {
        using var writer = Writer();
        _failures = 1;
        var response = NewResponse();

        var refused = await Assert.ThrowsAsync<SessionStoreException>(() => WriteAsync(writer, response));
        await WriteAsync(writer, response);

        Assert.IsType<IOException>(refused.InnerException);
        // Nothing is left in the log of what was in doubt, and it need not be written again.
        Assert.Equal(2, _flushed.Count);
        Assert.NotEqual(0, _flushed[0]);
        Assert.Equal(0, _flushed[1]);
        Assert.NotNull(await FindAsync(response));
    }

    [Fact]
    public async Task As_long_as_the_log_cannot_be_folded_no_write_counts()
    {
        using var writer = Writer();
        await WriteAsync(writer, NewResponse());
        using var reader = new SqliteConnection($"Data Source={_file};Pooling=false");
        reader.Open();
        Run(reader, "BEGIN; SELECT count(*) FROM pins");
        _failures = 1;
        var response = NewResponse();

        Assert.IsType<IOException>((await Assert.ThrowsAsync<SessionStoreException>(() => WriteAsync(writer, response))).InnerException);
        Assert.True(Assert.IsType<SqliteStoreException>((await Assert.ThrowsAsync<SessionStoreException>(() => WriteAsync(writer, response))).InnerException).IsBusy);
        Run(reader, "END");
        await WriteAsync(writer, response);

        Assert.NotNull(await FindAsync(response));
    }

    [Fact]
    public async Task Log_is_beside_the_file_that_a_link_points_to()
    {
        var (link, target) = (Path.Combine(Scratch.Folder("link"), "sessions.db"), Path.Combine(Scratch.Folder("target"), "kept.db"));
        File.CreateSymbolicLink(link, target);
        using var store = new SqliteSessionStore(Options.Create(new SessionsOptions { File = link }), TimeProvider.System);
        await store.OpenAsync(TestContext.Current.CancellationToken);

        await store.WriteAsync(new([PinOf(NewResponse())]));

        Assert.True(File.Exists(target + "-wal"));
    }

    private static Pin PinOf(string response) => new(SessionId.Response(response), "", "eastus2", response, s_now.AddDays(9999));

    private static Task<long> WriteAsync(SqliteWriter writer, string response) => WriteAsync(writer, new SessionWrite([PinOf(response)]));

    private static Task<long> WriteAsync(SqliteWriter writer, SessionWrite write) => writer.WriteAsync(transaction =>
    {
        transaction.Apply(write, s_now);
        return 0;
    });

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteScalar();
    }

    private SqliteWriter Writer() => new(_file, log =>
    {
        _flushed.Add(new FileInfo(_file + "-wal").Length);
        if (_failures-- > 0)
            throw new IOException("The disk has failed.");
        log.Flush();
    });

    private async Task<Pin?> FindAsync(string response) => await _store.FindAsync(SessionId.Response(response), "", TestContext.Current.CancellationToken);
}
