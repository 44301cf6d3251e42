using Microsoft.Data.Sqlite;
using SessionAware.Gateway.Sessions;

namespace SessionAware.Gateway.SqliteSessions;

/// <summary>
/// The one thread of this process that writes: it takes all that waits into one transaction, so that many turns share the wait for the disk, and tells each
/// when that is over. Other processes write to the same file.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int LargestBatch = 256;

    // A commit costs the processor as much as a dozen turns do: under load it waits for that many, but not for long.
    private const int WorthCommitting = 32;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromMilliseconds(2);

    // Whoever waits for a commit goes on in groups: one wake-up for each would cost more than what they do.
    private const int ToldAtOnce = 16;

    // SQLite's own handler waits up to 100 ms, and by then somebody else has begun again.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    private readonly string _file;
    private readonly Lock _lock = new();

    // They don't spin: the processor has requests to serve meanwhile.
    private readonly ManualResetEventSlim _work = new(initialState: false, spinCount: 0);
    private readonly ManualResetEventSlim _stopping = new(initialState: false, spinCount: 0);

    private readonly Thread _thread;
    private Queue<Job> _waiting = new();
    private SqliteTransaction? _database;
    private int _wakeAt = 1;
    private bool _stopped;

    /// <summary>Writes to <paramref name="file"/>, which is there and up to date.</summary>
    public SqliteWriter(string file)
    {
        _file = file;
        _thread = new Thread(Run) { IsBackground = true, Name = "session store" };
        _thread.Start();
    }

    /// <summary>Does <paramref name="work"/> within the next transaction.</summary>
    /// <returns>What it returned, once that is durable.</returns>
    public Task<long> WriteAsync(Func<SqliteTransaction, long> work)
    {
        var job = new Job(work);
        bool isEnough;
        lock (_lock)
        {
            if (_stopped)
                return Task.FromException<long>(new SessionStoreException("The session store is closed.", new ObjectDisposedException(nameof(SqliteWriter))));
            _waiting.Enqueue(job);
            isEnough = _waiting.Count == _wakeAt;
        }

        if (isEnough)
            _work.Set();
        return job.Done.Task;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        lock (_lock)
            _stopped = true;
        _stopping.Set();
        _work.Set();
        _thread.Join();
        _work.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        var batch = new List<Job>(LargestBatch);
        while (WaitForWork())
        {
            // One after the other, nobody else comes while one waits.
            if (batch.Count > 1)
                WaitForMore();
            batch.Clear();
            lock (_lock)
            {
                while (batch.Count < LargestBatch && _waiting.TryDequeue(out var job))
                    batch.Add(job);
            }

            Write(batch);
        }

        _database?.Dispose();
    }

    /// <summary>False where there will be none.</summary>
    private bool WaitForWork()
    {
        while (true)
        {
            lock (_lock)
            {
                if (_waiting.Count > 0)
                    return true;
                if (_stopped)
                    return false;
                _wakeAt = 1;
                _work.Reset();
            }

            _work.Wait();
        }
    }

    private void WaitForMore()
    {
        lock (_lock)
        {
            if (_waiting.Count >= WorthCommitting || _stopped)
                return;
            _wakeAt = WorthCommitting;
            _work.Reset();
        }

        _work.Wait(s_longestWait);
    }

    private void Write(List<Job> batch)
    {
        try
        {
            Commit(batch);
        }
        catch (Exception failure) when (failure is SqliteStoreException or SqliteException)
        {
            _database?.Dispose();
            _database = null;
            // What one of them did wrong is not the others' fault.
            if (batch.Count > 1)
                batch.ForEach(job => Write([job]));
            else
                Fail(batch[0], new SessionStoreException("The session store did not take it.", failure));
            return;
        }
        catch (Exception bug)
        {
            _database?.Dispose();
            _database = null;
            batch.ForEach(job => Fail(job, bug));
            return;
        }

        foreach (var group in batch.Chunk(ToldAtOnce))
            ThreadPool.UnsafeQueueUserWorkItem(static group => Array.ForEach(group, job => job.Done.SetResult(job.Result)), group, preferLocal: false);
        // Others write, too: who begins again at once would never let them in.
        if (_database!.OthersHaveWritten)
            _stopping.Wait(s_pause);
    }

    private static void Fail(Job job, Exception reason) =>
        ThreadPool.UnsafeQueueUserWorkItem(static failed => failed.job.Done.TrySetException(failed.reason), (job, reason), preferLocal: false);

    private void Commit(List<Job> batch)
    {
        _database ??= new SqliteTransaction(_file);
        while (!_database.TryBegin())
        {
            // Somebody else's turn. Whoever waits for this has a limit of their own.
            if (_stopping.Wait(s_pause))
                throw new SqliteStoreException(SQLitePCL.raw.SQLITE_BUSY, "locked by another process until the end");
        }

        foreach (var job in batch)
            job.Result = job.Work(_database);
        _database.Commit();
    }

    private sealed class Job(Func<SqliteTransaction, long> work)
    {
        public Func<SqliteTransaction, long> Work { get; } = work;

        public TaskCompletionSource<long> Done { get; } = new();

        public long Result { get; set; }
    }
}
