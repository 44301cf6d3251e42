using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>A message of a conversation, the caller's or the model's.</summary>
/// <param name="Id"><c>msg_…</c>, minted by the region that stored it.</param>
/// <param name="Status"><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</param>
/// <param name="Content">The parts in order.</param>
/// <param name="Role"><c>user</c>, <c>assistant</c>, <c>system</c> or <c>developer</c>.</param>
public sealed record MessageItem(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("content")] IReadOnlyList<ContentPart> Content,
    [property: JsonPropertyName("role")] string Role)
{
    /// <summary>Always <c>message</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(-1)]
    public string Type => "message";

    /// <summary>All text of the message, as the model reads it.</summary>
    internal string PlainText => Content.Count == 1 ? Content[0].PlainText : string.Join('\n', Content.Select(part => part.PlainText));
}
