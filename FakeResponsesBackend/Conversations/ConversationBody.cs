using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>The <c>conversation</c> object; <paramref name="CreatedAt"/> in Unix seconds.</summary>
public sealed record ConversationBody(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("created_at"), JsonPropertyOrder(2)] long CreatedAt,
    [property: JsonPropertyName("metadata"), JsonPropertyOrder(3)] IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Always <c>conversation</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(1)]
    public string Object => "conversation";

    internal static ConversationBody Of(Conversation conversation) => new(conversation.Id, conversation.CreatedAt, conversation.Metadata);
}

/// <summary>The answer of a delete.</summary>
public sealed record DeletedConversation([property: JsonPropertyName("id")] string Id)
{
    /// <summary>Always <c>conversation.deleted</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "conversation.deleted";

    /// <summary>Always true.</summary>
    [JsonPropertyName("deleted")]
    public bool Deleted => true;
}
