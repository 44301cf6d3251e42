using System.Text.Json;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The <c>thread.message</c> object as JSON bodies show it: without the status that the specification lists, as recorded.</summary>
public sealed record MessageBody : IListed
{
    /// <summary><c>msg_…</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Always <c>thread.message</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "thread.message";

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>Who wrote it; null for a message that a caller posted.</summary>
    [JsonPropertyName("assistant_id")]
    public string? AssistantId { get; init; }

    /// <summary>The thread that it is in.</summary>
    [JsonPropertyName("thread_id")]
    public required string ThreadId { get; init; }

    /// <summary>The run that made it; null for a message that a caller posted.</summary>
    [JsonPropertyName("run_id")]
    public string? RunId { get; init; }

    /// <summary><c>user</c> or <c>assistant</c>.</summary>
    [JsonPropertyName("role")]
    public required string Role { get; init; }

    /// <summary>The parts in order.</summary>
    [JsonPropertyName("content")]
    public required IReadOnlyList<MessagePart> Content { get; init; }

    /// <summary>Always empty: the region has no files.</summary>
    [JsonPropertyName("attachments")]
    public IReadOnlyList<JsonElement> Attachments { get; init; } = [];

    /// <summary>The caller's own key-value pairs.</summary>
    [JsonPropertyName("metadata")]
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    // Two bytes a character, and the objects around them.
    internal long Bytes => 512 + Content.Sum(part => 2L * part.Seen(FromModel).PlainText.Length) + Metadata.Sum(pair => 2L * (pair.Key.Length + pair.Value.Length));

    private bool FromModel => Role == "assistant";

    /// <summary>The message as the model reads it.</summary>
    internal MessageItem Seen() => new("completed", [.. Content.Select(part => part.Seen(FromModel))], Role) { Id = Id };
}
