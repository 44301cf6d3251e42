using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>Reads a text of server-sent events.</summary>
public static class Events
{
    public static IReadOnlyList<(string Type, JsonNode Data)> Parse(string text)
    {
        using var stream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text));
        return [.. SseParser.Create(stream).Enumerate().Select(item => (item.EventType, JsonNode.Parse(item.Data)!))];
    }
}
