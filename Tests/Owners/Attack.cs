using System.Text;

namespace SessionAware.Tests.Owners;

/// <summary>A request that names what belongs to somebody: written byte by byte, for clients tidy up what attackers would not.</summary>
/// <param name="Name">What is tried.</param>
/// <param name="Line">Method and target of what these ids name; below the API's own path where it does not begin with a slash.</param>
public sealed record Attack(string Name, Func<Possessions, string> Line)
{
    /// <summary>The body; null for none.</summary>
    public Func<Possessions, byte[]>? Body { get; init; }

    /// <summary>More header lines.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Whether the same request is a good one where its sender owns what it names.</summary>
    public bool WorksForOwner { get; init; } = true;

    /// <summary>Whether a region may see it, for it names nothing by any rule that a region follows.</summary>
    public bool MayReachRegion { get; init; }

    /// <summary>Whether the body is sent in chunks.</summary>
    public bool IsChunked { get; init; }

    /// <summary>A request without a body.</summary>
    public static Attack Of(string name, Func<Possessions, string> line, bool works = true) => new(name, line) { WorksForOwner = works };

    /// <summary>A request with a body.</summary>
    public static Attack Post(string name, string path, Func<Possessions, string> body, bool works = true) =>
        new(name, _ => $"POST {path}") { Body = ids => Encoding.UTF8.GetBytes(body(ids)), WorksForOwner = works };

    /// <summary>The whole request.</summary>
    /// <param name="key">Whose request it is.</param>
    /// <param name="ids">What it names.</param>
    public byte[] Write(string key, Possessions ids)
    {
        var (method, target) = Line(ids).Split(' ', 2) is [var verb, var path] ? (verb, path) : throw new InvalidOperationException(Name);
        var body = Body?.Invoke(ids);
        var head = new StringBuilder($"{method} {(target.StartsWith('/') ? target : $"/{OwnersWorld.Api}/{target}")} HTTP/1.1\r\nHost: x\r\nConnection: close\r\napi-key: {key}\r\n");
        foreach (var header in Headers)
            head.Append(header).Append("\r\n");
        if (body is not null && !Headers.Any(header => header.StartsWith("Content-Type", StringComparison.OrdinalIgnoreCase)))
            head.Append("Content-Type: application/json\r\n");
        if (body is null)
            return Encoding.Latin1.GetBytes(head + "\r\n");
        if (!IsChunked)
            return [.. Encoding.Latin1.GetBytes(head + $"Content-Length: {body.Length}\r\n\r\n"), .. body];
        return
        [
            .. Encoding.Latin1.GetBytes(head + "Transfer-Encoding: chunked\r\n\r\n"),
            .. body.Chunk(7).SelectMany(chunk => (byte[])[.. Encoding.Latin1.GetBytes($"{chunk.Length:x}\r\n"), .. chunk, .. "\r\n"u8.ToArray()]),
            .. "0\r\n\r\n"u8.ToArray(),
        ];
    }
}
