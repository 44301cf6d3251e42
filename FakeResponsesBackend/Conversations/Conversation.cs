using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Conversations;

/// <summary>One conversation as it stands.</summary>
/// <param name="Id"><c>conv_…</c>.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Metadata">The caller's own key-value pairs.</param>
/// <param name="Items">Everything said in it.</param>
public sealed record Conversation(string Id, long CreatedAt, IReadOnlyDictionary<string, string> Metadata, History Items);
