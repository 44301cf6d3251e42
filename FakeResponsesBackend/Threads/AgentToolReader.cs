using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c> as this family writes them. Tools that the service itself would run are refused: the region has none.</summary>
internal static class AgentToolReader
{
    private const int MostTools = 128;
    private static readonly HashSet<string> s_toolFields = ["type", "function"];
    private static readonly HashSet<string> s_functionFields = ["name", "description", "parameters", "strict"];
    private static readonly HashSet<string> s_chosenFields = ["name"];

    // OpenAI's two, and those of Foundry's agents.
    private static readonly HashSet<string> s_hosted =
    [
        "azure_ai_search", "azure_function", "bing_custom_search", "bing_grounding", "browser_automation", "code_interpreter", "computer_use_preview", "connected_agent",
        "deep_research", "fabric_dataagent", "file_search", "mcp", "openapi", "sharepoint_grounding",
    ];

    /// <summary>The functions; null where none were sent.</summary>
    public static IReadOnlyList<AgentTool>? Read(FieldReader fields)
    {
        if (fields.Value("tools") is null)
            return null;
        List<AgentTool> tools = [.. fields.Objects("tools").Select(ReadTool).OfType<AgentTool>()];
        if (tools.Count > MostTools)
            fields.Refuse(ParameterErrors.TooManyItems("tools", MostTools, tools.Count));
        return tools;
    }

    /// <summary>The choice; whether what it names is offered is known only with the assistant.</summary>
    public static ToolChoice ReadChoice(FieldReader fields)
    {
        if (fields.Value("tool_choice") is not { } choice)
            return ToolChoice.Auto;
        if (choice.ValueKind == JsonValueKind.String)
        {
            var mode = fields.Choice("tool_choice", "none", "auto", "required");
            return new(mode switch { "none" => ToolChoiceMode.None, "required" => ToolChoiceMode.Required, _ => ToolChoiceMode.Auto }, null, choice.Clone());
        }

        if (fields.Object("tool_choice") is not { } chosen)
            return ToolChoice.Auto;
        chosen.OnlyKnown(s_toolFields);
        var type = chosen.RequiredText("type");
        if (s_hosted.Contains(type))
            chosen.Refuse(InputErrors.ToolChoiceNotOffered(type));
        else if (type != "function")
            chosen.Refuse(ParameterErrors.UnsupportedValue(chosen.PathOf("type"), type, "function"));
        if (chosen.Object("function") is not { } function)
        {
            chosen.Refuse(ParameterErrors.Missing(chosen.PathOf("function")));
            return ToolChoice.Auto;
        }

        function.OnlyKnown(s_chosenFields);
        return new(ToolChoiceMode.Required, new HashSet<string> { function.RequiredText("name") }, choice.Clone());
    }

    /// <summary>A choice that the tools do not allow.</summary>
    public static ApiError? Misfit(ToolChoice choice, IReadOnlyList<AgentTool> tools)
    {
        if (choice.Mode == ToolChoiceMode.Required && tools.Count == 0)
            return InputErrors.ToolChoiceWithoutTools(choice.Echo.ValueKind == JsonValueKind.String ? "required" : "function");
        return choice.Allowed is { } allowed && tools.All(tool => !allowed.Contains(tool.Function.Name)) ? InputErrors.ToolChoiceNotOffered("function") : null;
    }

    private static AgentTool? ReadTool(FieldReader tool)
    {
        switch (tool.RequiredText("type"))
        {
            case "function" when tool.Object("function") is { } function:
                tool.OnlyKnown(s_toolFields);
                function.OnlyKnown(s_functionFields);
                return AgentTool.Of(ToolReader.ReadFunction(function, "parameters", strictByDefault: false));
            case "function":
                tool.Refuse(ParameterErrors.Missing(tool.PathOf("function")));
                return null;
            case var hosted when s_hosted.Contains(hosted):
                tool.Refuse(InputErrors.HostedToolNotSupported(hosted, "this region's models"));
                return null;
            case var other:
                tool.Refuse(ParameterErrors.UnsupportedValue(tool.PathOf("type"), other, ["function", .. s_hosted.Order(StringComparer.Ordinal)]));
                return null;
        }
    }
}
