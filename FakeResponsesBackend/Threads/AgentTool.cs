using System.Text.Json;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>A function as this family nests and echoes it.</summary>
public sealed record AgentTool([property: JsonPropertyName("function"), JsonPropertyOrder(1)] AgentFunction Function)
{
    private static readonly JsonElement s_noParameters = JsonDocument.Parse("""{"type":"object","properties":{}}""").RootElement;

    /// <summary>Always <c>function</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(0)]
    public string Type => "function";

    internal static AgentTool Of(FunctionTool tool) => new(new AgentFunction(tool.Name, tool.Description, tool.Parameters ?? s_noParameters, tool.Strict));

    /// <summary>The function as the model is offered it.</summary>
    internal FunctionTool Offered() => new()
    {
        Name = Function.Name,
        Description = Function.Description,
        Parameters = Function.Parameters,
        Strict = Function.Strict,
    };
}

/// <summary>What a caller says of a function.</summary>
/// <param name="Name">The name by which the model calls it.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Parameters">The schema of its arguments.</param>
/// <param name="Strict">Whether arguments obey the schema to the letter; false unless the caller says otherwise.</param>
public sealed record AgentFunction(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("description")] string? Description,
    [property: JsonPropertyName("parameters")] JsonElement Parameters,
    [property: JsonPropertyName("strict")] bool Strict);
