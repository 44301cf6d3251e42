using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>One entry of <c>messages</c>, as items of the conversation that the model reads.</summary>
/// <param name="Role">Who speaks.</param>
/// <param name="Name">Which of several speakers of that role.</param>
/// <param name="Items">A message, calls, or the output of a call.</param>
internal sealed record ChatMessage(string Role, string? Name, IReadOnlyList<Item> Items)
{
    /// <summary>The calls that the messages after this one must answer.</summary>
    public IReadOnlyList<string> CallIds { get; init; } = [];

    /// <summary>All text of it.</summary>
    public string Text => string.Join('\n', Items.OfType<MessageItem>().Select(message => message.PlainText));

    /// <summary>Its calls.</summary>
    public IReadOnlyList<FunctionCallItem> Calls => [.. Items.OfType<FunctionCallItem>()];

    /// <summary>The output of a call, if it is one.</summary>
    public FunctionCallOutputItem? Output => Items.OfType<FunctionCallOutputItem>().FirstOrDefault();
}
