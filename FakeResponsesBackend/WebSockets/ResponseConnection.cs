using System.Net.WebSockets;
using System.Threading.Channels;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;

namespace SessionAware.FakeResponsesBackend.WebSockets;

/// <summary>
/// One WebSocket: ① reads frames ② puts each in its lane ③ serves the lanes side by side ④ ends when client, host, age or a fault wants it, and with it
/// every turn that runs.
/// </summary>
internal sealed class ResponseConnection(HttpContext context, WebSocket socket, FramePlayer player, int largestFrame, TimeProvider time, CancellationToken stopping)
{
    /// <summary>How long a connection lives, as documented.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(60);

    /// <summary>How many named lanes it has at most, as documented.</summary>
    public const int MostLanes = 32;

    /// <summary>How many turns run at once in all lanes, as documented; more wait.</summary>
    public const int MostTurns = 16;

    // How many frames are taken in before the first of them is done. Beyond it the socket is not read: the network holds the client back.
    private const int MostFrames = 256;
    private const string DefaultLane = "";

    // How long the client has to answer the closing frame.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly string _path = context.Request.Path.Value ?? "";
    private readonly string _address = context.Request.Path + context.Request.QueryString;
    private readonly ConnectionMemory _memory = new();
    private readonly TaskCompletionSource<Ending> _ending = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Only the reading side touches the lanes; how they are served is waited for from outside.
    private readonly Dictionary<string, ChannelWriter<ClientFrame>> _lanes = [];
    private readonly Lock _lock = new();
    private readonly List<Task> _served = [];

    /// <summary>Ends the connection; the first reason counts.</summary>
    public void End(Ending ending) => _ending.TrySetResult(ending);

    /// <summary>Serves the connection for as long as it lasts.</summary>
    public async Task RunAsync()
    {
        using var ended = new CancellationTokenSource();
        using var cut = new CancellationTokenSource();
        using var writer = new FrameWriter(socket, cut.Token);
        using var turns = new SemaphoreSlim(MostTurns);
        using var frames = new SemaphoreSlim(MostFrames);
        using var age = time.CreateTimer(_ => End(Ending.TooOld(LongestLife)), state: null, LongestLife, Timeout.InfiniteTimeSpan);
        using var shutdown = stopping.Register(() => End(Ending.Shutdown));
        using var gone = context.RequestAborted.Register(() => End(Ending.Cut));

        var serving = new Serving(writer, turns, frames, ended.Token);
        var reading = ReadAsync(new(socket, largestFrame, cut.Token), serving);
        var ending = await _ending.Task;
        // The turns first: one that goes on might still be stored.
        await ended.CancelAsync();
        using var patience = new CancellationTokenSource(s_patience, time);
        var over = LeaveAsync(ending, writer, reading, patience.Token);
        if (await Task.WhenAny(over, Task.Delay(Timeout.InfiniteTimeSpan, time, patience.Token)) != over)
        {
            context.Abort();
            await cut.CancelAsync();
        }

        await over;
    }

    /// <summary>Waits for the turns to stop, says farewell and waits for the client's. A cut does without farewells.</summary>
    private async Task LeaveAsync(Ending ending, FrameWriter writer, Task reading, CancellationToken patience)
    {
        await Served();
        if (ending.Code is null)
            return;
        await writer.CloseAsync(ending, patience);
        await reading;
        // A lane may have been opened while the connection was ending.
        await Served();
    }

    private async Task ReadAsync(FrameReader reader, Serving serving)
    {
        while (true)
        {
            var (text, ending, isLast) = await reader.ReadAsync();
            if (ending is not null)
                End(ending);
            if (isLast)
                return;
            // Once the connection is ending only the client's own closing frame is waited for.
            if (!_ending.Task.IsCompleted && await IsAdmittedAsync(serving))
                await AcceptAsync(text, serving);
        }
    }

    private static async Task<bool> IsAdmittedAsync(Serving serving)
    {
        try
        {
            await serving.Frames.WaitAsync(serving.Ended);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task AcceptAsync(ReadOnlyMemory<byte> text, Serving serving)
    {
        var entry = player.Enter(_address, text);
        var (frame, fault, streamId) = ClientFrame.Read(text, _path, entry);
        var lane = frame is null ? null : LaneOf(frame, serving);
        if (lane is not null)
        {
            lane.TryWrite(frame!);
            return;
        }

        fault ??= FrameErrors.TooManyStreams(MostLanes);
        player.Refuse(entry, fault);
        if (fault.Code == ApiErrors.InvalidJson().Code)
            End(Ending.NotJson(fault));
        else
            await serving.Writer.SendAsync(fault, streamId);
        serving.Frames.Release();
    }

    /// <summary>The frame's lane, opened if need be; null where there are as many as there may be.</summary>
    private ChannelWriter<ClientFrame>? LaneOf(ClientFrame frame, Serving serving)
    {
        var name = frame.StreamId ?? DefaultLane;
        if (_lanes.TryGetValue(name, out var known))
            return known;
        if (frame.StreamId is not null && _lanes.Count - (_lanes.ContainsKey(DefaultLane) ? 1 : 0) >= MostLanes)
            return null;
        var lane = Channel.CreateUnbounded<ClientFrame>();
        _lanes[name] = lane.Writer;
        lock (_lock)
            _served.Add(ServeAsync(lane.Reader, serving));
        return lane.Writer;
    }

    /// <summary>Serves a lane: first come, first served, one at a time.</summary>
    private async Task ServeAsync(ChannelReader<ClientFrame> lane, Serving serving)
    {
        try
        {
            await foreach (var frame in lane.ReadAllAsync(serving.Ended))
            {
                await serving.Turns.WaitAsync(serving.Ended);
                await player.PlayAsync(frame, _memory, serving.Writer, serving.Ended);
                serving.Turns.Release();
                serving.Frames.Release();
            }
        }
        catch (OperationCanceledException) when (serving.Ended.IsCancellationRequested)
        {
            // The connection has ended, and with it what it was asked for.
        }
        catch (ConnectionCutException)
        {
            End(Ending.Cut);
        }
        catch
        {
            End(Ending.Failed);
            throw;
        }
    }

    private Task Served()
    {
        lock (_lock)
            return Task.WhenAll(_served);
    }

    /// <summary>What the sides of a running connection share.</summary>
    /// <param name="Writer">Sends.</param>
    /// <param name="Turns">A place for each turn that may run.</param>
    /// <param name="Frames">A place for each frame that may be here.</param>
    /// <param name="Ended">When the connection ends.</param>
    private sealed record Serving(FrameWriter Writer, SemaphoreSlim Turns, SemaphoreSlim Frames, CancellationToken Ended);
}
