using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Identifiers;

namespace SessionAware.FakeResponsesBackend.Items;

/// <summary>The model asks the caller to run a function.</summary>
/// <param name="Status"><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</param>
/// <param name="Arguments">A JSON object as text.</param>
/// <param name="CallId"><c>call_…</c>, which the caller's output repeats.</param>
/// <param name="Name">The function.</param>
public sealed record FunctionCallItem(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("arguments")] string Arguments,
    [property: JsonPropertyName("call_id")] string CallId,
    [property: JsonPropertyName("name")] string Name) : Item, IToolCall
{
    internal override string Prefix => ResourceId.FunctionCall;

    internal override string PlainText => $"{Name}\n{Arguments}";

    /// <summary>Whether the model made it alone and the region knows it so: such a call costs a little more in later prompts.</summary>
    internal bool IsSingle { get; init; }
}

/// <summary>What the caller's function gave back.</summary>
/// <param name="Status"><c>completed</c> unless the caller says otherwise.</param>
/// <param name="CallId">The call that it answers.</param>
/// <param name="Output">Text, or a list of content parts.</param>
public sealed record FunctionCallOutputItem(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("call_id")] string CallId,
    [property: JsonPropertyName("output")] ToolOutput Output) : Item, IToolCallOutput
{
    internal override string Prefix => ResourceId.FunctionCall;

    internal override string PlainText => OutputText;

    /// <inheritdoc/>
    [JsonIgnore]
    public string OutputText => Output.Text;
}

/// <summary>The model asks the caller to run a tool that takes free text.</summary>
/// <param name="Status"><c>in_progress</c>, <c>completed</c> or <c>incomplete</c>.</param>
/// <param name="CallId"><c>call_…</c>, which the caller's output repeats.</param>
/// <param name="Input">The text.</param>
/// <param name="Name">The tool.</param>
public sealed record CustomToolCallItem(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("call_id")] string CallId,
    [property: JsonPropertyName("input")] string Input,
    [property: JsonPropertyName("name")] string Name) : Item, IToolCall
{
    internal override string Prefix => ResourceId.CustomToolCall;

    internal override string PlainText => $"{Name}\n{Input}";
}

/// <summary>What the caller's free-text tool gave back.</summary>
/// <param name="Status"><c>completed</c> unless the caller says otherwise.</param>
/// <param name="CallId">The call that it answers.</param>
/// <param name="Output">Text, or a list of content parts.</param>
public sealed record CustomToolCallOutputItem(
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("call_id")] string CallId,
    [property: JsonPropertyName("output")] ToolOutput Output) : Item, IToolCallOutput
{
    internal override string Prefix => ResourceId.CustomToolCall;

    internal override string PlainText => OutputText;

    /// <inheritdoc/>
    [JsonIgnore]
    public string OutputText => Output.Text;
}
