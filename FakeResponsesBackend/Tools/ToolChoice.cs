using System.Text.Json;

namespace SessionAware.FakeResponsesBackend.Tools;

/// <summary>Whether and which tools the model may or must call.</summary>
/// <param name="Mode">What is allowed.</param>
/// <param name="Allowed">The names that may be called; null: all.</param>
/// <param name="Echo">The choice as the caller wrote it.</param>
public sealed record ToolChoice(ToolChoiceMode Mode, IReadOnlySet<string>? Allowed, JsonElement Echo)
{
    /// <summary>The model decides.</summary>
    public static ToolChoice Auto { get; } = new(ToolChoiceMode.Auto, null, JsonSerializer.SerializeToElement("auto", Responses.WireJson.Default.String));

    /// <summary>The one tool that must be called; null where there is a choice.</summary>
    public string? Forces(IReadOnlyList<Tool> tools) => Mode != ToolChoiceMode.Required ? null
        : Allowed is { Count: 1 } ? Allowed.First()
        : tools.Count == 1 ? tools[0].Name
        : null;

    /// <summary>The tools that may be called.</summary>
    public IEnumerable<Tool> Of(IEnumerable<Tool> tools) =>
        Mode == ToolChoiceMode.None ? [] : tools.Where(tool => Allowed is null || Allowed.Contains(tool.Name));
}

/// <summary>How free the model is to call tools.</summary>
public enum ToolChoiceMode
{
    /// <summary>It may.</summary>
    Auto,

    /// <summary>It must not.</summary>
    None,

    /// <summary>It must.</summary>
    Required,
}
