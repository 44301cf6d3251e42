using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>A caller over one WebSocket.</summary>
public sealed class SocketCaller : IDisposable
{
    private static readonly string[] s_terminal = ["response.completed", "response.incomplete", "response.failed", "error"];
    private readonly ClientWebSocket _socket = new();

    /// <summary>The close code of the other side; null while it has sent none.</summary>
    public int? CloseCode => (int?)_socket.CloseStatus;

    public static async Task<SocketCaller> ConnectAsync(string root, string path = "openai/v1/responses", string apiKey = Nodes.ApiKey)
    {
        var caller = new SocketCaller();
        caller._socket.Options.SetRequestHeader("api-key", apiKey);
        await caller._socket.ConnectAsync(new UriBuilder($"{root}/{path}") { Scheme = "ws" }.Uri, TestContext.Current.CancellationToken);
        return caller;
    }

    /// <summary>Sends a frame; a string as it is, anything else as JSON.</summary>
    public Task SendAsync(object frame) => SendAsync(Encoding.UTF8.GetBytes(frame as string ?? JsonSerializer.Serialize(frame)));

    public Task SendAsync(byte[] frame, WebSocketMessageType type = WebSocketMessageType.Text, bool isEnd = true) =>
        _socket.SendAsync(frame, type, isEnd, TestContext.Current.CancellationToken);

    /// <summary>The next frame; null when the other side has closed or is gone.</summary>
    public async Task<string?> ReadAsync()
    {
        using var frame = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var read = await _socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
                if (read.MessageType == WebSocketMessageType.Close)
                    return null;
                Assert.Equal(WebSocketMessageType.Text, read.MessageType);
                frame.Write(buffer, 0, read.Count);
                if (read.EndOfMessage)
                    return Encoding.UTF8.GetString(frame.ToArray());
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }

    /// <summary>The frames up to the one that ends a turn, or up to the end.</summary>
    public async Task<Turn> ReadTurnAsync()
    {
        var frames = new List<string>();
        while (await ReadAsync() is { } frame)
        {
            frames.Add(frame);
            if (s_terminal.Contains(JsonNode.Parse(frame)!["type"]!.GetValue<string>()))
                break;
        }

        return new Turn(frames);
    }

    /// <summary>Sends a frame and reads its turn.</summary>
    public async Task<Turn> CreateAsync(object frame)
    {
        await SendAsync(frame);
        return await ReadTurnAsync();
    }

    /// <summary>Says something in the default lane, continuing <paramref name="previous"/>.</summary>
    public Task<Turn> SayAsync(string input, string? previous = null, bool store = true) =>
        CreateAsync(new { type = "response.create", model = "gpt-4o-mini", input, previous_response_id = previous, store });

    public Task CloseAsync(WebSocketCloseStatus code = WebSocketCloseStatus.NormalClosure) => _socket.CloseAsync(code, null, TestContext.Current.CancellationToken);

    public void Dispose() => _socket.Dispose();
}

/// <summary>The frames of one turn.</summary>
public sealed record Turn(IReadOnlyList<string> Frames)
{
    public JsonNode Last => JsonNode.Parse(Frames[^1])!;

    public IEnumerable<string> Types => Frames.Select(frame => JsonNode.Parse(frame)!["type"]!.GetValue<string>());

    public string Id => Last["response"]!["id"]!.GetValue<string>();

    public string OutputText => Last["response"]!["output"]![0]!["content"]![0]!["text"]!.GetValue<string>();

    public string? ErrorCode => Last["error"]?["code"]?.GetValue<string>();
}
