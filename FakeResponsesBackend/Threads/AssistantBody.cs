using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The <c>assistant</c> object; every field is present, null where nothing was set.</summary>
public sealed record AssistantBody : IListed
{
    /// <summary><c>asst_…</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Always <c>assistant</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "assistant";

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>The caller's name for it.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>The caller's description of it.</summary>
    [JsonPropertyName("description")]
    public string? Description { get; init; }

    /// <summary>The deployment as the caller named it.</summary>
    [JsonPropertyName("model")]
    public required string Model { get; init; }

    /// <summary>Instructions of every run that sets none of its own.</summary>
    [JsonPropertyName("instructions")]
    public string? Instructions { get; init; }

    /// <summary>Functions that its runs may ask the caller to run.</summary>
    [JsonPropertyName("tools")]
    public required IReadOnlyList<AgentTool> Tools { get; init; }

    /// <summary>0 to 1. A decimal, because the service writes <c>1.0</c>.</summary>
    [JsonPropertyName("top_p")]
    public required decimal TopP { get; init; }

    /// <summary>0 to 2.</summary>
    [JsonPropertyName("temperature")]
    public required decimal Temperature { get; init; }

    /// <summary>How much a reasoning model thinks; null or a text on api.openai.com, absent on Azure.</summary>
    [JsonPropertyName("reasoning_effort"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? ReasoningEffort { get; init; }

    /// <summary>Always empty: the region has no files.</summary>
    [JsonPropertyName("tool_resources")]
    public ToolResources ToolResources { get; init; } = new();

    /// <summary>The caller's own key-value pairs.</summary>
    [JsonPropertyName("metadata")]
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }

    /// <summary><c>auto</c>, or the form as the caller wrote it.</summary>
    [JsonPropertyName("response_format")]
    public required JsonElement ResponseFormat { get; init; }
}
