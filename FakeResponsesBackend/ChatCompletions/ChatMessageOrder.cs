using SessionAware.FakeResponsesBackend.Errors;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Calls and their answers stand together: every call of a message is answered by the tool messages right after it, and they answer nothing else.</summary>
internal static class ChatMessageOrder
{
    /// <summary>What stands in the wrong place; null: nothing does.</summary>
    public static ApiError? Fault(IReadOnlyList<ChatMessage> messages)
    {
        IReadOnlyList<string> calls = [];
        List<string> open = [];
        foreach (var (index, message) in messages.Index())
        {
            if (message is { Role: "tool", Output: { } output })
            {
                if (calls.Count == 0)
                    return ChatErrors.ToolWithoutCall(index);
                if (!calls.Contains(output.CallId))
                    return ChatErrors.UnknownToolCall(index, output.CallId);
                open.Remove(output.CallId);
                continue;
            }

            if (open.Count > 0)
                return ChatErrors.UnansweredToolCalls(open, index);
            (calls, open) = (message.CallIds, [.. message.CallIds]);
        }

        return open.Count > 0 ? ChatErrors.UnansweredToolCalls(open, next: null) : null;
    }
}
