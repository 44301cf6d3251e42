using System.Text.Json;

namespace SessionAware.Gateway.Replay;

/// <summary>One item of an input or output, read as far as sending it to another region needs.</summary>
internal readonly ref struct HistoryItem
{
    private const string Output = "_call_output";
    private const string Call = "_call";

    // Calls that the caller runs. All others run in the region, and what they leave behind is there alone.
    private static readonly string[] s_callersCalls = ["function_call", "custom_tool_call", "computer_call", "apply_patch_call"];

    private readonly bool _hasRole, _hasContent;

    private HistoryItem(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, HistoryBuilder.ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (start, name) = (reader.TokenStartIndex, NameOf(ref reader));
            reader.Read();
            // Content may be any text, and need not be one that can be read.
            var text = reader.TokenType == JsonTokenType.String && (name is "id" or "type" or "call_id") ? reader.GetString() : null;
            switch (name)
            {
                case "id":
                    (Id, IdStart, HasId) = (text, (int)start, true);
                    break;
                case "type":
                    Type = text ?? Type;
                    break;
                case "call_id":
                    CallId = text;
                    break;
                case "role":
                    _hasRole = reader.TokenType != JsonTokenType.Null;
                    break;
                case "content":
                    _hasContent = reader.TokenType != JsonTokenType.Null;
                    break;
            }

            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                IsBound |= NamesFile(ref reader);
            if (name == "id")
                IdEnd = (int)reader.BytesConsumed;
        }
    }

    /// <summary>Its id; null where it has none.</summary>
    public string? Id { get; }

    /// <summary>Its type; <c>message</c> where it says none.</summary>
    public string Type { get; } = "message";

    /// <summary>The call that it is, or answers.</summary>
    public string? CallId { get; }

    /// <summary>Whether it has an id, and from which byte to which it stands.</summary>
    public bool HasId { get; }

    /// <summary>Where the id's name begins.</summary>
    public int IdStart { get; }

    /// <summary>Where its value ends.</summary>
    public int IdEnd { get; }

    /// <summary>Whether it names a file or a container, which is in one region alone.</summary>
    public bool IsBound { get; }

    /// <summary>Whether it stands for an item that the region keeps.</summary>
    public bool IsReference => Type == "item_reference" || (Type == "message" && Id is not null && !(_hasRole && _hasContent));

    /// <summary>Whether it calls a tool of the caller's.</summary>
    public bool IsCall => s_callersCalls.Contains(Type);

    /// <summary>Whether it answers one.</summary>
    public bool IsOutput => Type.EndsWith(Output, StringComparison.Ordinal) && s_callersCalls.Contains(Type[..^(Output.Length - Call.Length)]);

    /// <summary>Whether it can be sent anywhere.</summary>
    public bool IsPortable => !IsBound && (Type == "message" || IsCall || IsOutput);

    /// <summary>Reads <paramref name="json"/>, a whole object.</summary>
    public static HistoryItem Read(ReadOnlySpan<byte> json) => new(json);

    private static string? NameOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("id"u8) ? "id"
        : reader.ValueTextEquals("type"u8) ? "type"
        : reader.ValueTextEquals("call_id"u8) ? "call_id"
        : reader.ValueTextEquals("role"u8) ? "role"
        : reader.ValueTextEquals("content"u8) ? "content"
        : null;

    /// <summary>Goes past a value.</summary>
    private static bool NamesFile(ref Utf8JsonReader reader)
    {
        var (depth, found) = (reader.CurrentDepth, false);
        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName || !(reader.ValueTextEquals("file_id"u8) || reader.ValueTextEquals("container_id"u8)))
                continue;
            reader.Read();
            found |= reader.TokenType == JsonTokenType.String;
            reader.TrySkip();
        }

        return found;
    }
}
