using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Identifiers;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>A message of a conversation, the caller's or the model's.</summary>
/// <param name="Status"><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</param>
/// <param name="Content">The parts in order.</param>
/// <param name="Role"><c>user</c>, <c>assistant</c>, <c>system</c> or <c>developer</c>.</param>
public sealed record MessageItem(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("content")] IReadOnlyList<ContentPart> Content,
    [property: JsonPropertyName("role")] string Role) : Item
{
    internal override string Prefix => ResourceId.Message;

    internal override string PlainText => Content.Count == 1 ? Content[0].PlainText : string.Join('\n', Content.Select(part => part.PlainText));

    internal override Item Listed(Inclusion include) =>
        Content.Any(part => part.Listed(include) != part) ? this with { Content = [.. Content.Select(part => part.Listed(include))] } : this;
}
