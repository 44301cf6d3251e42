using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>Reads what a caller gives as <c>input</c> or as <c>items</c>: messages, calls, outputs, reasoning, compactions, references.</summary>
internal static class ItemReader
{
    private const string Completed = "completed";
    private const string TextOrParts = "one of an array of objects or string";

    // An answer's own items may come back as they were sent, with everything that the service put into them.
    private static readonly HashSet<string> s_messageFields = ["type", "role", "content", "id", "status"];
    private static readonly HashSet<string> s_answerFields = [.. s_messageFields, "phase"];
    private static readonly HashSet<string> s_callFields = ["type", "id", "call_id", "name", "arguments", "status", "namespace", "caller"];
    private static readonly HashSet<string> s_customCallFields = ["type", "id", "call_id", "name", "input", "status", "namespace", "caller"];
    private static readonly HashSet<string> s_outputFields = ["type", "id", "call_id", "output", "status", "caller"];
    private static readonly HashSet<string> s_reasoningFields = ["type", "id", "summary", "content", "encrypted_content", "status"];
    private static readonly HashSet<string> s_compactionFields = ["type", "id", "encrypted_content"];
    private static readonly HashSet<string> s_referenceFields = ["type", "id"];
    private static readonly string[] s_roles = ["assistant", "system", "developer", "user"];

    private static readonly string[] s_types =
        ["compaction", "custom_tool_call", "custom_tool_call_output", "function_call", "function_call_output", "item_reference", "message", "reasoning"];

    // All types that the service has; the region does without those of hosted tools and of several agents.
    private static readonly string[] s_serviceTypes =
    [
        "additional_tools", "agent_message", "apply_patch_call", "apply_patch_call_output", "code_interpreter_call", "compaction", "compaction_trigger",
        "computer_call", "computer_call_output", "custom_tool_call", "custom_tool_call_output", "file_search_call", "function_call", "function_call_output",
        "image_generation_call", "item_reference", "local_shell_call", "local_shell_call_output", "mcp_approval_request", "mcp_approval_response", "mcp_call",
        "mcp_list_tools", "message", "multi_agent_call", "multi_agent_call_output", "program", "program_output", "reasoning", "shell_call", "shell_call_output",
        "tool_search_call", "tool_search_output", "web_search_call",
    ];

    /// <summary>The entries of <c>input</c>: a string is a user's message, an empty one is nothing.</summary>
    public static IReadOnlyList<InputEntry> ReadInput(FieldReader body)
    {
        switch (body.Value("input"))
        {
            case { ValueKind: JsonValueKind.String } text:
                return text.GetString() is { Length: > 0 } said ? [new(new MessageItem(Completed, [new InputText(said)], "user"), null, "input")] : [];
            case { ValueKind: JsonValueKind.Array }:
                return ReadItems(body, "input");
            case null:
                return [];
            case { } other:
                body.Refuse(ParameterErrors.WrongType("input", "one of a string or array of input items", other));
                return [];
        }
    }

    /// <summary>The entries of a list of items.</summary>
    public static IReadOnlyList<InputEntry> ReadItems(FieldReader body, string name) => [.. body.Objects(name, "input items", "an input item").Select(ReadEntry)];

    private static InputEntry ReadEntry(FieldReader item)
    {
        var type = item.Discriminator("type") ?? "message";
        if (type == "item_reference")
        {
            item.OnlyKnown(s_referenceFields);
            return new(null, item.RequiredText("id"), item.Path);
        }

        Item read = type switch
        {
            "message" => ReadMessage(item),
            "function_call" => ReadCall(item),
            "custom_tool_call" => ReadCustomCall(item),
            "function_call_output" => new FunctionCallOutputItem(ReadStatus(item), ReadCallId(item, s_outputFields), ReadOutput(item)),
            "custom_tool_call_output" => new CustomToolCallOutputItem(ReadStatus(item), ReadCallId(item, s_outputFields), ReadOutput(item)),
            "reasoning" => ReadReasoning(item),
            "compaction" => ReadCompaction(item),
            _ => Refuse(item, type),
        };
        return new(read with { Id = ReadId(item, read) }, null, item.Path);
    }

    private static string ReadId(FieldReader item, Item read)
    {
        if (item.Text("id") is not { Length: > 0 } id)
            return "";
        var prefix = read.Prefix.TrimEnd('_');
        if (!id.StartsWith(prefix, StringComparison.Ordinal))
            item.Refuse(ParameterErrors.InvalidIdPrefix(item.PathOf("id"), id, prefix));
        return id;
    }

    private static MessageItem ReadMessage(FieldReader item)
    {
        var role = item.Discriminator("role") ?? "";
        if (!s_roles.Contains(role))
            item.Refuse(ParameterErrors.UnsupportedValue(item.Path, role, s_roles));
        // Only the model's own messages have a phase.
        item.OnlyKnown(role == "assistant" ? s_answerFields : s_messageFields);
        item.Choice("phase", "commentary", "final_answer");
        return new(ReadStatus(item), ReadContent(item, role), role);
    }

    private static IReadOnlyList<ContentPart> ReadContent(FieldReader item, string role)
    {
        switch (item.Value("content"))
        {
            case { ValueKind: JsonValueKind.String } text:
                return [role == "assistant" ? new OutputText(text.GetString()!) : new InputText(text.GetString()!)];
            case { ValueKind: JsonValueKind.Array }:
                return ContentPartReader.ReadParts(item, "content", fromModel: role == "assistant");
            case null:
                item.RefuseAbsence("content", TextOrParts);
                return [];
            case { } other:
                item.Refuse(ParameterErrors.WrongType(item.PathOf("content"), TextOrParts, other));
                return [];
        }
    }

    private static FunctionCallItem ReadCall(FieldReader item)
    {
        var callId = ReadCallId(item, s_callFields);
        return new(ReadStatus(item), item.RequiredText("arguments"), callId, item.RequiredText("name")) { IsSingle = item.Text("id") is { Length: > 0 } };
    }

    private static CustomToolCallItem ReadCustomCall(FieldReader item)
    {
        var callId = ReadCallId(item, s_customCallFields);
        return new(ReadStatus(item), callId, item.RequiredText("input"), item.RequiredText("name"));
    }

    private static ToolOutput ReadOutput(FieldReader item)
    {
        switch (item.Value("output"))
        {
            case { ValueKind: JsonValueKind.String } text:
                return new(text.GetString()!);
            case { ValueKind: JsonValueKind.Array }:
                return new("", ContentPartReader.ReadParts(item, "output", fromModel: false));
            case null:
                item.RefuseAbsence("output", TextOrParts);
                return new("");
            case { } other:
                item.Refuse(ParameterErrors.WrongType(item.PathOf("output"), TextOrParts, other));
                return new("");
        }
    }

    private static ReasoningItem ReadReasoning(FieldReader item)
    {
        item.OnlyKnown(s_reasoningFields);
        return new([.. item.Objects("summary").Select(part => new SummaryText(part.RequiredText("text")))]) { EncryptedContent = item.Text("encrypted_content") };
    }

    private static CompactionItem ReadCompaction(FieldReader item)
    {
        item.OnlyKnown(s_compactionFields);
        return new(item.RequiredText("encrypted_content"));
    }

    private static string ReadCallId(FieldReader item, HashSet<string> known)
    {
        item.OnlyKnown(known);
        return item.NonEmptyText("call_id");
    }

    private static string ReadStatus(FieldReader item) => item.Choice("status", Completed, "in_progress", "incomplete") ?? Completed;

    private static MessageItem Refuse(FieldReader item, string type)
    {
        item.Refuse(ParameterErrors.UnsupportedValue(item.Path, type, s_serviceTypes.Contains(type) ? s_types : s_serviceTypes));
        return new(Completed, [], "user");
    }
}
