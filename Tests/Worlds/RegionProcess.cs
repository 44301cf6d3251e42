using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>An emulated region in a process of its own, which can be killed and comes back empty at the same address; its journal's file outlives it.</summary>
public sealed class RegionProcess : IAsyncDisposable
{
    private readonly string _journal = Path.Combine(Scratch.Folder("journal"), "journal.jsonl");
    private readonly Caller _control;
    private ListeningProcess? _process;

    private RegionProcess(string name)
    {
        Name = name;
        Url = $"http://127.0.0.1:{Ports.Free()}";
        _control = new(Url);
    }

    public string Name { get; }

    public string Url { get; }

    public static async Task<RegionProcess> StartAsync(string name)
    {
        var region = new RegionProcess(name);
        await region.StartAsync();
        return region;
    }

    /// <summary>Starts it again after it was killed.</summary>
    public async Task StartAsync() => _process = await ListeningProcess.StartAsync(
        Path.Combine(AppContext.BaseDirectory, "SessionAware.FakeResponsesBackend.dll"),
        Url,
        [("Region__Name", Name), ("Region__JournalFile", _journal), ("Region__Deployments__0__Name", "gpt-4o-mini"), ("Region__Deployments__1__Name", "o4-mini")]);

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        await _process!.KillAsync();
        await _process.DisposeAsync();
        _process = null;
    }

    /// <summary>From now on requests to the API hang after so many events, until the region is killed.</summary>
    public Task HangAsync(int afterEvents) => _control.OrderAsync(new { kind = "hang", after_events = afterEvents, match = new { method = "POST" } });

    /// <summary>Ends when so many requests have been read and hang.</summary>
    public Task HangingAsync(int requests) => Eventually.IsAsync(async () =>
        (await _control.GetAsync("_emulator/faults")).Json["in_force"]!.AsArray().Sum(fault => fault!["hits"]!.GetValue<int>()) == requests);

    /// <summary>How many responses it holds.</summary>
    public Task<int> StoredAsync() => _control.StoredAsync();

    /// <summary>Every request that any of its processes has read, oldest first.</summary>
    public IReadOnlyList<JsonNode> Journal()
    {
        // The region has it open for writing.
        using var reader = new StreamReader(new FileStream(_journal, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        if (_process is not null)
            await _process.DisposeAsync();
    }
}
