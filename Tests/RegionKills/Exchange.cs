using System.Text.Json.Nodes;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.RegionKills;

/// <summary>One request and its answer as they passed between the client and the gateway.</summary>
/// <param name="Sent">The request's body.</param>
internal sealed record Exchange(JsonObject Sent)
{
    private readonly List<byte> _received = [];

    /// <summary>The HTTP status; 0 where no answer began.</summary>
    public int Status { get; set; }

    public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What has come of the answer's body.</summary>
    public string Received => System.Text.Encoding.UTF8.GetString([.. _received]);

    public JsonNode Json => JsonNode.Parse(Received)!;

    public IReadOnlyList<(string Type, JsonNode Data)> Events => Worlds.Events.Parse(Received);

    public string Header(string name) => Headers.GetValueOrDefault(name, "");

    public void Receive(ReadOnlySpan<byte> bytes) => _received.AddRange(bytes);
}
