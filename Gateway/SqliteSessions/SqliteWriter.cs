using System.Collections.Concurrent;
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

    private const int Awake = int.MaxValue;

    // SQLite's own handler waits up to 100 ms, and by then somebody else has begun again.
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1);

    private readonly string _file;
    private readonly ConcurrentQueue<Job> _waiting = new();

    // Of the system: a monitor would wake the writer before it can have the lock, and have it spin for it.
    private readonly AutoResetEvent _work = new(initialState: false);
    private readonly ManualResetEvent _stopping = new(initialState: false);

    private readonly Thread _thread;
    private readonly Action<SqliteLog> _flush;
    private SqliteTransaction? _database;
    private bool _logIsInDoubt;
    private int _count;
    private int _wakeAt = Awake;
    private volatile bool _stopped;

    /// <summary>Writes to <paramref name="file"/>, which is there and up to date.</summary>
    /// <param name="file">The database.</param>
    /// <param name="flush">Makes what has been committed durable; throws an <see cref="IOException"/> where it cannot. Default <see cref="SqliteLog.Flush"/>.</param>
    public SqliteWriter(string file, Action<SqliteLog>? flush = null)
    {
        (_file, _flush) = (file, flush ?? (log => log.Flush()));
        _thread = new Thread(Run) { IsBackground = true, Name = "session store" };
        _thread.Start();
    }

    /// <summary>Does <paramref name="work"/> within the next transaction.</summary>
    /// <returns>What it returned, once that is durable.</returns>
    public Task<long> WriteAsync(Func<SqliteTransaction, long> work)
    {
        var job = new Job(work);
        _waiting.Enqueue(job);
        if (_stopped && !_thread.IsAlive)
            job.TrySetException(Closed());
        else if (Interlocked.Increment(ref _count) >= Volatile.Read(ref _wakeAt) && Interlocked.Exchange(ref _wakeAt, Awake) != Awake)
            _work.Set();
        return job.Task;
    }

    /// <summary>Writes what waits, and ends.</summary>
    public void Dispose()
    {
        if (_stopped)
            return;
        _stopped = true;
        _stopping.Set();
        _work.Set();
        _thread.Join();
        // Who came while it ended.
        while (_waiting.TryDequeue(out var late))
            late.TrySetException(Closed());
        _work.Dispose();
        _stopping.Dispose();
    }

    private static SessionStoreException Closed() => new("The session store is closed.", new ObjectDisposedException(nameof(SqliteWriter)));

    private void Run()
    {
        var batch = new List<Job>(LargestBatch);
        while (!_stopped || !_waiting.IsEmpty)
        {
            Sleep(until: 1, Timeout.InfiniteTimeSpan);
            // One after the other, nobody else comes while one waits.
            if (batch.Count > 1)
                Sleep(until: WorthCommitting, s_longestWait);
            batch.Clear();
            while (batch.Count < LargestBatch && _waiting.TryDequeue(out var job))
                batch.Add(job);
            Interlocked.Add(ref _count, -batch.Count);
            if (batch.Count > 0)
                Write(batch);
        }

        _database?.Dispose();
    }

    /// <summary>Until so many wait, or for so long.</summary>
    private void Sleep(int until, TimeSpan atMost)
    {
        Interlocked.Exchange(ref _wakeAt, until);
        var isWoken = Volatile.Read(ref _count) < until && !_stopped && _work.WaitOne(atMost);
        // Whoever has begun to wake it will: that signal must not be there the next time.
        if (Interlocked.Exchange(ref _wakeAt, Awake) == Awake && !isWoken)
            _work.WaitOne();
    }

    private void Write(List<Job> batch)
    {
        try
        {
            Commit(batch);
        }
        catch (Exception failure) when (failure is SqliteStoreException or SqliteException or IOException)
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
            ThreadPool.UnsafeQueueUserWorkItem(static group => Array.ForEach(group, job => job.TrySetResult(job.Result)), group, preferLocal: false);
        // Others write, too: who begins again at once would never let them in.
        if (_database!.OthersHaveWritten)
            _stopping.WaitOne(s_pause);
    }

    private static void Fail(Job job, Exception reason) =>
        ThreadPool.UnsafeQueueUserWorkItem(static failed => failed.job.TrySetException(failed.reason), (job, reason), preferLocal: false);

    private void Commit(List<Job> batch)
    {
        _database ??= new SqliteTransaction(_file);
        // What a disk has failed to take it may call flushed the next time.
        if (_logIsInDoubt)
            _database.Log.Fold();
        _logIsInDoubt = false;
        while (!_database.TryBegin())
        {
            // Somebody else's turn. Whoever waits for this has a limit of their own.
            if (_stopping.WaitOne(s_pause))
                throw new SqliteStoreException(SQLitePCL.raw.SQLITE_BUSY, "locked by another process until the end");
        }

        foreach (var job in batch)
            job.Result = job.Work(_database);
        _database.Commit();
        _logIsInDoubt = true;
        _flush(_database.Log);
        _logIsInDoubt = false;
    }

    private sealed class Job(Func<SqliteTransaction, long> work) : TaskCompletionSource<long>
    {
        public Func<SqliteTransaction, long> Work { get; } = work;

        public long Result { get; set; }
    }
}
