using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Tools;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>. Tools that the service itself would run are refused: the region has none.</summary>
internal static partial class ToolReader
{
    private static readonly HashSet<string> s_functionFields = ["type", "name", "description", "parameters", "strict"];
    private static readonly HashSet<string> s_customFields = ["type", "name", "description", "format"];

    private static readonly HashSet<string> s_hosted =
    [
        "apply_patch", "code_interpreter", "computer", "computer_use_preview", "file_search", "image_generation", "local_shell", "mcp", "namespace",
        "programmatic_tool_calling", "shell", "tool_search", "web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11",
    ];

    private static readonly JsonElement s_textFormat = JsonDocument.Parse("""{"type":"text"}""").RootElement;

    public static IReadOnlyList<Tool> ReadTools(FieldReader body, string model)
    {
        List<Tool> tools = [];
        foreach (var tool in body.Objects("tools"))
        {
            if (ReadTool(tool, model) is { } read)
                tools.Add(read);
        }

        return tools;
    }

    private static Tool? ReadTool(FieldReader tool, string model)
    {
        switch (tool.RequiredText("type"))
        {
            case "function":
                tool.OnlyKnown(s_functionFields);
                return ReadFunction(tool, "parameters");
            case "custom":
                tool.OnlyKnown(s_customFields);
                return new CustomTool { Name = ReadName(tool), Description = tool.Text("description"), Format = tool.Raw("format") ?? s_textFormat };
            case var hosted when s_hosted.Contains(hosted):
                tool.Refuse(ApiErrors.HostedToolNotSupported(hosted, model));
                return null;
            case var other:
                tool.Refuse(ApiErrors.UnsupportedValue(tool.PathOf("type"), other, ["custom", "function", .. s_hosted.Order(StringComparer.Ordinal)]));
                return null;
        }
    }

    /// <summary>Reads a function's fields, which chat completions nest one level deeper.</summary>
    public static FunctionTool ReadFunction(FieldReader function, string parametersField, bool strictByDefault = true)
    {
        var strict = function.Flag("strict");
        var (name, schema) = (ReadName(function), function.Raw(parametersField));
        // Only who asks for strictness is held to its rules; by default the service makes a schema strict if it can be.
        if (strict == true && schema is { } given && StrictSchema.Fault(given) is { } broken)
            function.Refuse(ApiErrors.InvalidFunctionSchema(function.PathOf(parametersField), name, broken));
        if (strict is null && strictByDefault)
        {
            var normalized = schema is { } loose ? StrictSchema.Normalize(loose) : schema;
            (strict, schema) = (normalized is not null || schema is null, normalized ?? schema);
        }

        return new FunctionTool { Name = name, Description = function.Text("description"), Parameters = schema, Strict = strict ?? false };
    }

    public static ToolChoice ReadChoice(FieldReader body, IReadOnlyList<Tool> tools)
    {
        if (body.Value("tool_choice") is not { } choice)
            return ToolChoice.Auto;
        if (choice.ValueKind == JsonValueKind.String)
            return ReadMode(body, choice.GetString()!, choice, tools);
        if (body.Object("tool_choice") is not { } fields)
            return ToolChoice.Auto;

        var type = fields.RequiredText("type");
        switch (type)
        {
            case "function" or "custom":
                var name = fields.RequiredText("name");
                CheckOffered(fields, type, name, tools);
                return new(ToolChoiceMode.Required, new HashSet<string> { name }, choice.Clone());
            case "allowed_tools":
                var mode = fields.Choice("mode", "auto", "required") == "required" ? ToolChoiceMode.Required : ToolChoiceMode.Auto;
                HashSet<string> allowed = [];
                foreach (var tool in fields.Objects("tools"))
                {
                    var allowedName = tool.RequiredText("name");
                    CheckOffered(tool, tool.RequiredText("type"), allowedName, tools);
                    allowed.Add(allowedName);
                }

                return new(mode, allowed, choice.Clone());
            case var hosted when s_hosted.Contains(hosted):
                fields.Refuse(ApiErrors.ToolChoiceNotOffered(hosted));
                return ToolChoice.Auto;
            default:
                fields.Refuse(ApiErrors.UnsupportedValue("tool_choice.type", type, "allowed_tools", "custom", "function"));
                return ToolChoice.Auto;
        }
    }

    private static ToolChoice ReadMode(FieldReader body, string mode, JsonElement choice, IReadOnlyList<Tool> tools)
    {
        if (mode is not ("auto" or "none" or "required"))
            body.Refuse(ApiErrors.UnsupportedValue("tool_choice", mode, "auto", "none", "required"));
        else if (mode == "required" && tools.Count == 0)
            body.Refuse(ApiErrors.ToolChoiceWithoutTools(mode));
        return new(mode switch { "none" => ToolChoiceMode.None, "required" => ToolChoiceMode.Required, _ => ToolChoiceMode.Auto }, null, choice.Clone());
    }

    private static void CheckOffered(FieldReader fields, string type, string name, IReadOnlyList<Tool> tools)
    {
        if (!tools.Any(tool => tool.Name == name))
            fields.Refuse(ApiErrors.ToolChoiceNotOffered(type));
    }

    private static string ReadName(FieldReader tool)
    {
        var name = tool.RequiredText("name");
        if (tool.Fault is null && !NamePattern().IsMatch(name))
            tool.Refuse(ApiErrors.InvalidPattern(tool.PathOf("name"), "^[a-zA-Z0-9_-]+$"));
        return name;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex NamePattern();
}
