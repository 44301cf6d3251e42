using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>Anything that input, output and conversations are made of.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MessageItem), "message")]
[JsonDerivedType(typeof(FunctionCallItem), "function_call")]
[JsonDerivedType(typeof(FunctionCallOutputItem), "function_call_output")]
[JsonDerivedType(typeof(CustomToolCallItem), "custom_tool_call")]
[JsonDerivedType(typeof(CustomToolCallOutputItem), "custom_tool_call_output")]
[JsonDerivedType(typeof(ReasoningItem), "reasoning")]
[JsonDerivedType(typeof(CompactionItem), "compaction")]
public abstract record Item
{
    /// <summary>Minted by the region that made or stored the item; empty until then.</summary>
    [JsonPropertyName("id"), JsonPropertyOrder(-2)]
    public string Id { get; init; } = "";

    /// <summary>The prefix of its id.</summary>
    internal abstract string Prefix { get; }

    /// <summary>All text of the item, as the model reads it and as it is counted.</summary>
    internal abstract string PlainText { get; }

    /// <summary>The item as lists show it: without what only <c>include</c> brings.</summary>
    internal virtual Item Listed(Inclusion include) => this;
}

/// <summary>A call that the caller must run and answer.</summary>
public interface IToolCall
{
    /// <summary>Ties the call to its output.</summary>
    string CallId { get; }

    /// <summary>The tool.</summary>
    string Name { get; }
}

/// <summary>What the caller's tool gave back.</summary>
public interface IToolCallOutput
{
    /// <summary>The call that it answers.</summary>
    string CallId { get; }

    /// <summary>The output as text.</summary>
    string OutputText { get; }
}
