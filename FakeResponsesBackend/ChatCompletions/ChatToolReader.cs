using System.Text.Json;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>, which nest a function's fields one level deeper than responses do.</summary>
internal static class ChatToolReader
{
    private const string Function = "function";
    private static readonly HashSet<string> s_toolFields = ["type", Function];
    private static readonly HashSet<string> s_functionFields = ["name", "description", "parameters", "strict"];
    private static readonly HashSet<string> s_allowedFields = ["mode", "tools"];

    /// <summary>The functions offered.</summary>
    public static IReadOnlyList<FunctionTool> ReadTools(FieldReader body)
    {
        if (body.Array("tools", "objects") is { } array && array.GetArrayLength() == 0)
            body.Refuse(ChatErrors.Empty("tools"));
        List<FunctionTool> tools = [];
        foreach (var tool in body.Objects("tools"))
        {
            if (Nested(tool) is not { } function)
                continue;
            function.OnlyKnown(s_functionFields);
            tools.Add(ToolReader.ReadFunction(function, "parameters", strictByDefault: false));
        }

        return tools;
    }

    /// <summary>The choice among them, and the function that it forces, if it names one.</summary>
    public static (ToolChoice Choice, string? Forced) ReadChoice(FieldReader body, IReadOnlyList<FunctionTool> tools)
    {
        const string Name = "tool_choice";
        if (body.Value(Name) is not { } choice)
            return (ToolChoice.Auto, null);
        if (tools.Count == 0)
            body.Refuse(ChatErrors.OnlyWithTools(Name));
        if (choice.ValueKind == JsonValueKind.String)
        {
            var mode = body.Choice(Name, "none", "auto", "required");
            return (new(mode switch { "none" => ToolChoiceMode.None, "required" => ToolChoiceMode.Required, _ => ToolChoiceMode.Auto }, null, choice.Clone()), null);
        }

        if (body.Object(Name) is not { } fields)
            return (ToolChoice.Auto, null);
        switch (fields.RequiredText("type"))
        {
            case Function:
                var forced = ReadName(fields, tools);
                return (new(ToolChoiceMode.Required, new HashSet<string> { forced }, choice.Clone()), forced);
            case "allowed_tools":
                return (ReadAllowed(fields, tools, choice), null);
            case var other:
                fields.Refuse(ParameterErrors.UnsupportedValue(fields.PathOf("type"), other, "allowed_tools", Function));
                return (ToolChoice.Auto, null);
        }
    }

    private static ToolChoice ReadAllowed(FieldReader choice, IReadOnlyList<FunctionTool> tools, JsonElement echo)
    {
        if (choice.Object("allowed_tools") is not { } allowed)
        {
            choice.Refuse(ParameterErrors.Missing(choice.PathOf("allowed_tools")));
            return ToolChoice.Auto;
        }

        allowed.OnlyKnown(s_allowedFields);
        var mode = allowed.Choice("mode", "auto", "required") == "required" ? ToolChoiceMode.Required : ToolChoiceMode.Auto;
        return new(mode, allowed.Objects("tools").Select(tool => ReadName(tool, tools)).ToHashSet(), echo.Clone());
    }

    private static string ReadName(FieldReader tool, IReadOnlyList<FunctionTool> tools)
    {
        var name = Nested(tool)?.RequiredText("name") ?? "";
        if (tool.Fault is null && !tools.Any(offered => offered.Name == name))
            tool.Refuse(InputErrors.ToolChoiceNotOffered(Function));
        return name;
    }

    private static FieldReader? Nested(FieldReader tool)
    {
        tool.OnlyKnown(s_toolFields);
        var type = tool.RequiredText("type");
        if (tool.Fault is null && type != Function)
            tool.Refuse(ParameterErrors.UnsupportedValue(tool.PathOf("type"), type, Function));
        var function = tool.Object(Function);
        if (function is null)
            tool.Refuse(ParameterErrors.Missing(tool.PathOf(Function)));
        return function;
    }
}
