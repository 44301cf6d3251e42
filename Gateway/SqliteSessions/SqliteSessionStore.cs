using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>Sessions in one SQLite file, which every replica on the machine opens. Writes are group commits in write-ahead mode, each flushed to the disk.</summary>
public sealed class SqliteSessionStore(IOptions<SessionsOptions> options, TimeProvider time) : ISessionStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SqliteWriter? _writer;
    private SqliteReader? _reader;

    /// <inheritdoc/>
    public Task Opened => _opened.Task;

    /// <inheritdoc/>
    public Task OpenAsync(CancellationToken cancellationToken)
    {
        Open();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken) =>
        await Reader.AskAsync(connection => connection.Find(id, owner, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task WriteAsync(SessionWrite write) => Writer.WriteAsync(transaction =>
    {
        transaction.Apply(write, time.GetUtcNow());
        return 0;
    });

    /// <inheritdoc/>
    public async ValueTask<Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken) =>
        await Reader.AskAsync(connection => SqliteQueries.ReadTurn(connection, responseId, owner, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Turn> ReadChainAsync(string responseId, string owner, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var next = responseId; next is not null;)
        {
            if (await ReadTurnAsync(next, owner, cancellationToken) is not { } turn)
                yield break;
            yield return turn;
            next = turn.PreviousResponseId;
        }
    }

    /// <inheritdoc/>
    public Task<ErasureList> ReadErasuresAsync(string? mark, CancellationToken cancellationToken) =>
        Reader.AskAsync(connection => SqliteQueries.ReadErasures(connection.Sqlite, mark), cancellationToken);

    /// <inheritdoc/>
    public Task<SessionPage> ListAsync(SessionFilter filter, CancellationToken cancellationToken) =>
        Reader.AskAsync(connection => SqliteQueries.List(connection, filter, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken) =>
        Reader.AskAsync(connection => SqliteQueries.ReadSession(connection.Sqlite, session, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, long>> CountSessionsAsync(CancellationToken cancellationToken) =>
        Reader.AskAsync(connection => SqliteQueries.Count(connection.Sqlite, time.GetUtcNow()), cancellationToken);

    /// <inheritdoc/>
    public Task AnnounceAsync(Erasure erasure, CancellationToken cancellationToken) => Eraser.AnnounceAsync(erasure, time.GetUtcNow());

    /// <inheritdoc/>
    public Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken) => Eraser.EraseSessionAsync(session, cancellationToken);

    /// <inheritdoc/>
    public Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken) => Eraser.EraseOwnerAsync(owner, cancellationToken);

    /// <inheritdoc/>
    public Task<long> SweepAsync(CancellationToken cancellationToken) => Eraser.SweepAsync(time.GetUtcNow(), cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Only who may write folds the log into the file when it closes as the last one.
        _reader?.Dispose();
        _writer?.Dispose();
    }

    private SqliteWriter Writer => _writer ?? Open().Writer;

    private SqliteReader Reader => _reader ?? Open().Reader;

    private SqliteErasure Eraser => new(Reader, Writer);

    private (SqliteWriter Writer, SqliteReader Reader) Open()
    {
        lock (_lock)
        {
            if (_writer is null || _reader is null)
            {
                var file = options.Value.File;
                SqliteSchema.Prepare(file);
                (_reader, _writer) = (new SqliteReader(file), new SqliteWriter(file));
                _opened.SetResult();
            }

            return (_writer, _reader);
        }
    }
}
