using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace SessionAware.Tests.Worlds;

/// <summary>One HTTP/1.1 exchange over a bare socket, to see what clients hide: each write of the server is a chunk of its own.</summary>
public sealed class RawHttp : IDisposable
{
    private readonly TcpClient _connection = new();
    private NetworkStream _stream = null!;

    public static async Task<RawHttp> PostAsync(string url, string body)
    {
        var uri = new Uri(url);
        var head = $"POST {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\napi-key: {Nodes.ApiKey}\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n";
        return await SendAsync(url, head + body);
    }

    /// <summary>Sends exactly this.</summary>
    public static Task<RawHttp> SendAsync(string url, string request) => SendAsync(url, Encoding.UTF8.GetBytes(request));

    /// <summary>Sends exactly these bytes.</summary>
    public static async Task<RawHttp> SendAsync(string url, ReadOnlyMemory<byte> request)
    {
        var uri = new Uri(url);
        var raw = new RawHttp();
        await raw._connection.ConnectAsync(uri.Host, uri.Port, TestContext.Current.CancellationToken);
        raw._stream = raw._connection.GetStream();
        await raw._stream.WriteAsync(request, TestContext.Current.CancellationToken);
        return raw;
    }

    /// <summary>The status line and headers.</summary>
    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (await ReadLineAsync() is { Length: > 0 } line)
            head.AppendLine(line);
        return head.ToString();
    }

    /// <summary>Whether the last chunk said that the answer is whole.</summary>
    public bool EndedProperly { get; private set; }

    /// <summary>The chunks, until the last one or until the server breaks off.</summary>
    public async IAsyncEnumerable<string> ReadChunksAsync()
    {
        while (await ReadLineAsync() is { Length: > 0 } size)
        {
            var chunk = new byte[int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture)];
            await _stream.ReadExactlyAsync(chunk, TestContext.Current.CancellationToken);
            await ReadLineAsync();
            EndedProperly = chunk.Length == 0;
            if (EndedProperly)
                yield break;
            yield return Encoding.UTF8.GetString(chunk);
        }
    }

    /// <summary>All that is left until the server closes the connection.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var rest = new MemoryStream();
        var buffer = new byte[4096];
        while (await ReadAsync(buffer) is > 0 and var count)
            rest.Write(buffer, 0, count);
        return Encoding.UTF8.GetString(rest.ToArray());
    }

    public void Dispose() => _connection.Dispose();

    private async Task<string?> ReadLineAsync()
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await ReadAsync(one) == 1)
        {
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }

        return null;
    }

    /// <summary>Reads; a connection that was reset has ended, too.</summary>
    private async Task<int> ReadAsync(byte[] buffer)
    {
        try
        {
            return await _stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
