using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The <c>thread</c> object; its messages are never in it.</summary>
/// <param name="Id"><c>thread_…</c>.</param>
/// <param name="CreatedAt">Unix seconds.</param>
/// <param name="Metadata">The caller's own key-value pairs.</param>
/// <param name="ToolResources">Empty.</param>
public sealed record ThreadBody(
    [property: JsonPropertyName("id"), JsonPropertyOrder(0)] string Id,
    [property: JsonPropertyName("created_at"), JsonPropertyOrder(2)] long CreatedAt,
    [property: JsonPropertyName("metadata"), JsonPropertyOrder(3)] IReadOnlyDictionary<string, string> Metadata,
    [property: JsonPropertyName("tool_resources"), JsonPropertyOrder(4)] ToolResources ToolResources)
{
    /// <summary>Always <c>thread</c>.</summary>
    [JsonPropertyName("object"), JsonPropertyOrder(1)]
    public string Object => "thread";
}

/// <summary>Files that tools of the service work on: none.</summary>
public sealed record ToolResources
{
    /// <summary>What a GET of a thread shows on api.openai.com although nothing was set.</summary>
    internal static ToolResources Spelt { get; } = new() { CodeInterpreter = new([]) };

    /// <summary>Absent, or an empty list.</summary>
    [JsonPropertyName("code_interpreter"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FileIds? CodeInterpreter { get; init; }
}

/// <summary>Ids of files.</summary>
public sealed record FileIds([property: JsonPropertyName("file_ids")] IReadOnlyList<string> Ids);

/// <summary>The answer of a delete; <paramref name="Object"/> is <c>thread.deleted</c> or <c>assistant.deleted</c>.</summary>
public sealed record DeletedBody([property: JsonPropertyName("id")] string Id, [property: JsonPropertyName("object")] string Object)
{
    /// <summary>Always true.</summary>
    [JsonPropertyName("deleted")]
    public bool Deleted => true;
}
