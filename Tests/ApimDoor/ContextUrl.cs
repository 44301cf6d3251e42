using System.Net;

namespace SessionAware.Tests.ApimDoor;

/// <summary><c>IUrl</c>: an address whose query policies may change; what they leave alone stays byte for byte.</summary>
public sealed class ContextUrl
{
    private readonly List<(string Name, string Raw)> _query;

    internal ContextUrl(string host, int port, string path, string query)
        : this(host, port, path, [.. query.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(raw => (WebUtility.UrlDecode(raw.Split('=')[0]), raw))])
    {
    }

    private ContextUrl(string host, int port, string path, List<(string Name, string Raw)> query) => (Host, Port, Path, _query) = (host, port, path, query);

    public string Scheme { get; } = "http";

    public string Host { get; }

    public int Port { get; }

    public string Path { get; }

    public IReadOnlyDictionary<string, string[]> Query => _query.GroupBy(pair => pair.Name, StringComparer.OrdinalIgnoreCase).ToDictionary(
        same => same.Key, same => same.Select(pair => WebUtility.UrlDecode(string.Join('=', pair.Raw.Split('=')[1..]))).ToArray(), StringComparer.OrdinalIgnoreCase);

    public string QueryString => _query.Count == 0 ? "" : "?" + string.Join('&', _query.Select(pair => pair.Raw));

    internal ContextUrl Copy() => new(Host, Port, Path, [.. _query]);

    internal void Remove(string name) => _query.RemoveAll(pair => pair.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    internal void Add(string name, string value) => _query.Add((name, $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}"));
}
