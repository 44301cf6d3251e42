using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>
/// The latest requests to the region's API: as many as <see cref="RegionOptions.JournalEntries"/> says. Where <see cref="RegionOptions.JournalFile"/> is
/// set, each is also one line of that file, written before the region acts, so that it outlives the process.
/// </summary>
public sealed class Journal : IDisposable
{
    private const int LongestBody = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<JournalEntry> _entries = [];
    private readonly int _most;
    private readonly TimeProvider _time;
    private readonly FileStream? _file;
    private long _last;

    /// <summary>Opens the journal.</summary>
    public Journal(IOptions<RegionOptions> options, TimeProvider time)
    {
        (_most, _time) = (options.Value.JournalEntries, time);
        if (options.Value.JournalFile is { Length: > 0 } path)
            _file = Open(path);
    }

    /// <summary>Opens or makes a journal's file, to write at its end.</summary>
    internal static FileStream Open(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>The latest entries, oldest first.</summary>
    public IReadOnlyList<JournalEntry> Entries
    {
        get
        {
            lock (_lock)
                return [.. _entries];
        }
    }

    /// <summary>Enters a request; <paramref name="attempt"/> is what its header <c>x-session-attempt</c> says.</summary>
    public JournalEntry Begin(string method, string path, ReadOnlyMemory<byte> body, string? attempt = null)
    {
        var kept = body.Length > LongestBody ? body[..LongestBody] : body;
        lock (_lock)
        {
            var entry = new JournalEntry
            {
                Number = ++_last,
                At = _time.GetUtcNow(),
                Method = method,
                Path = path,
                Attempt = attempt,
                Body = Encoding.UTF8.GetString(kept.Span),
                BodyTruncated = kept.Length < body.Length,
            };
            _entries.Enqueue(entry);
            while (_entries.Count > _most)
                _entries.Dequeue();
            _file?.Write([.. JsonSerializer.SerializeToUtf8Bytes(entry, WireJson.Default.JournalEntry), (byte)'\n']);
            return entry;
        }
    }

    /// <summary>Completes an entry.</summary>
    public void End(JournalEntry entry) => entry.DurationMs = (_time.GetUtcNow() - entry.At).TotalMilliseconds;

    /// <summary>Empties the journal; its file stays as it is.</summary>
    public void Clear()
    {
        lock (_lock)
            _entries.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
