using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Reads <c>messages</c> of every role.</summary>
internal static class ChatMessageReader
{
    private const string Assistant = "assistant";
    private const string Function = "function";

    private static readonly string[] s_roles = ["system", Assistant, "user", Function, "tool", "developer"];
    private static readonly HashSet<string> s_messageFields = ["role", "content", "name"];
    private static readonly HashSet<string> s_toolFields = ["role", "content", "name", "tool_call_id"];

    // An answer's own message may come back as it was sent.
    private static readonly HashSet<string> s_assistantFields = ["role", "content", "name", "refusal", "tool_calls", "function_call", "annotations", "audio"];
    private static readonly HashSet<string> s_callFields = ["id", "type", "function"];
    private static readonly HashSet<string> s_functionFields = ["name", "arguments"];

    /// <summary>The messages; faults go to <paramref name="body"/>.</summary>
    public static IReadOnlyList<ChatMessage> Read(FieldReader body)
    {
        if (body.Array("messages", "objects") is not { } array)
        {
            body.Refuse(ParameterErrors.Missing("messages"));
            return [];
        }

        if (array.GetArrayLength() == 0)
            body.Refuse(ChatErrors.Empty("messages"));
        List<ChatMessage> messages = [.. body.Objects("messages").Select((message, index) => ReadMessage(message, index))];
        if (body.Fault is null && ChatMessageOrder.Fault(messages) is { } disorder)
            body.Refuse(disorder);
        return messages;
    }

    private static ChatMessage ReadMessage(FieldReader message, int index)
    {
        var role = message.RequiredText("role");
        if (message.Fault is null && !s_roles.Contains(role))
            message.Refuse(ParameterErrors.UnsupportedValue(message.PathOf("role"), role, s_roles));
        message.OnlyKnown(role switch { Assistant => s_assistantFields, "tool" => s_toolFields, _ => s_messageFields });
        var content = ReadContent(message, role);
        switch (role)
        {
            case Assistant:
                return ReadAssistant(message, content, index);
            case "tool":
                var callId = message.Text("tool_call_id");
                if (callId is null)
                    message.Refuse(ChatErrors.NoToolCallId(index));
                return new(role, null, [Output(callId ?? "", Required(message, content, index))]);
            case Function:
                return new(role, null, [Output($"{Function} {message.RequiredText("name")}", Required(message, content, index))]);
            default:
                return new(role, message.Text("name"), [new MessageItem(ResponseStatus.Completed, Required(message, content, index), role)]);
        }
    }

    private static ChatMessage ReadAssistant(FieldReader message, IReadOnlyList<ContentPart>? content, int index)
    {
        // The older form of a call is no tool call: nothing has to answer it.
        List<FunctionCallItem> older = message.Object("function_call") is { } call ? [ReadFunction(call, $"{Function} {call.Text("name")}")] : [];
        List<FunctionCallItem> calls = [.. message.Objects("tool_calls").Select(ReadCall)];
        if (message.Value("tool_calls") is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() == 0)
            message.Refuse(ChatErrors.Empty(message.PathOf("tool_calls")));
        List<ContentPart> parts = [.. content ?? []];
        if (message.Text("refusal") is { } refusal)
            parts.Add(new Refusal(refusal));
        if (content is null && parts.Count + calls.Count + older.Count == 0)
            message.Refuse(ChatErrors.NoContent(index));
        List<Item> items = parts.Count > 0 ? [new MessageItem(ResponseStatus.Completed, parts, Assistant)] : [];
        return new(Assistant, message.Text("name"), [.. items, .. older, .. calls]) { CallIds = [.. calls.Select(made => made.CallId)] };
    }

    private static FunctionCallItem ReadCall(FieldReader call)
    {
        call.OnlyKnown(s_callFields);
        if (call.RequiredText("type") is var type && call.Fault is null && type != Function)
            call.Refuse(ParameterErrors.UnsupportedValue(call.PathOf("type"), type, Function));
        if (call.Object(Function) is { } function)
            return ReadFunction(function, call.RequiredText("id"));
        call.Refuse(ParameterErrors.Missing(call.PathOf(Function)));
        return new(ResponseStatus.Completed, "", "", "");
    }

    private static FunctionCallItem ReadFunction(FieldReader function, string callId)
    {
        function.OnlyKnown(s_functionFields);
        return new(ResponseStatus.Completed, function.RequiredText("arguments"), callId, function.RequiredText("name"));
    }

    private static FunctionCallOutputItem Output(string callId, IReadOnlyList<ContentPart> content) =>
        new(ResponseStatus.Completed, callId, new ToolOutput(string.Join('\n', content.OfType<InputText>().Select(part => part.Text))));

    private static IReadOnlyList<ContentPart> Required(FieldReader message, IReadOnlyList<ContentPart>? content, int index)
    {
        if (content is null)
            message.Refuse(ChatErrors.NoContent(index));
        return content ?? [];
    }

    /// <summary>A string or parts; null where there is neither.</summary>
    private static IReadOnlyList<ContentPart>? ReadContent(FieldReader message, string role)
    {
        switch (message.Value("content"))
        {
            case null:
                return null;
            case { ValueKind: JsonValueKind.String } text:
                return [role == Assistant ? new OutputText(text.GetString()!) : new InputText(text.GetString()!)];
            case { ValueKind: JsonValueKind.Array }:
                return ChatPartReader.Read(message, role);
            case { } other:
                message.Refuse(ParameterErrors.WrongType(message.PathOf("content"), "one of a string or array of objects", other));
                return [];
        }
    }
}
