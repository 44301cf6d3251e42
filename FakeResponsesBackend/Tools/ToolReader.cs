using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Tools;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>. Tools that the service itself would run are refused: the region has none.</summary>
internal static partial class ToolReader
{
    private const int LongestName = 64;

    private static readonly HashSet<string> s_functionFields = ["type", "name", "description", "parameters", "strict", "defer_loading"];
    private static readonly HashSet<string> s_customFields = ["type", "name", "description", "format"];

    private static readonly HashSet<string> s_hosted =
    [
        "apply_patch", "code_interpreter", "computer", "computer_use_preview", "file_search", "image_generation", "local_shell", "mcp", "namespace",
        "programmatic_tool_calling", "shell", "tool_search", "web_search", "web_search_2025_08_26", "web_search_preview", "web_search_preview_2025_03_11",
    ];

    private static readonly string[] s_modes = ["none", "auto", "required"];
    private static readonly JsonElement s_textFormat = JsonDocument.Parse("""{"type":"text"}""").RootElement;

    /// <summary>The caller's tools, and the first one that the service would run: which models have it is not the reader's business.</summary>
    public static (IReadOnlyList<Tool> Tools, string? Hosted) ReadTools(FieldReader body)
    {
        List<Tool> tools = [];
        string? hosted = null;
        foreach (var tool in body.Objects("tools", "tools"))
        {
            if (tool.Discriminator("type") is { } type && s_hosted.Contains(type))
                hosted ??= type;
            else if (ReadTool(tool) is { } read)
                tools.Add(read);
        }

        return (tools, hosted);
    }

    private static Tool? ReadTool(FieldReader tool)
    {
        switch (tool.RequiredText("type"))
        {
            case "function":
                var function = ReadFunction(tool, "parameters");
                tool.OnlyKnown(s_functionFields);
                if (tool.Flag("defer_loading") == true)
                    tool.Refuse(InputErrors.DeferredWithoutSearch());
                return function;
            case "custom":
                var custom = new CustomTool { Name = ReadName(tool), Description = tool.Text("description"), Format = tool.Raw("format") ?? s_textFormat };
                tool.OnlyKnown(s_customFields);
                return custom;
            case var other:
                tool.Refuse(ParameterErrors.UnsupportedValue(tool.PathOf("type"), other, ["custom", "function", .. s_hosted.Order(StringComparer.Ordinal)]));
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
            function.Refuse(InputErrors.InvalidFunctionSchema(function.PathOf(parametersField), name, broken));
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
        if (choice.ValueKind != JsonValueKind.Object)
        {
            body.Refuse(ParameterErrors.WrongType("tool_choice", $"one of an object or {ParameterErrors.OneOf(s_modes)}", choice));
            return ToolChoice.Auto;
        }

        var fields = body.Child(choice, "tool_choice");
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
                fields.Refuse(InputErrors.ToolChoiceNotOffered(hosted));
                return ToolChoice.Auto;
            default:
                fields.Refuse(ParameterErrors.UnsupportedValue("tool_choice.type", type, "allowed_tools", "custom", "function"));
                return ToolChoice.Auto;
        }
    }

    private static ToolChoice ReadMode(FieldReader body, string mode, JsonElement choice, IReadOnlyList<Tool> tools)
    {
        if (!s_modes.Contains(mode))
            body.Refuse(ParameterErrors.UnsupportedValue("tool_choice", mode, s_modes));
        else if (mode == "required" && tools.Count == 0)
            body.Refuse(InputErrors.ToolChoiceWithoutTools(mode));
        return new(mode switch { "none" => ToolChoiceMode.None, "required" => ToolChoiceMode.Required, _ => ToolChoiceMode.Auto }, null, choice.Clone());
    }

    private static void CheckOffered(FieldReader fields, string type, string name, IReadOnlyList<Tool> tools)
    {
        if (!tools.Any(tool => tool.Name == name))
            fields.Refuse(InputErrors.ToolChoiceNotOffered(type));
    }

    private static string ReadName(FieldReader tool)
    {
        var name = tool.NonEmptyText("name");
        if (name.Length > LongestName)
            tool.Refuse(ParameterErrors.TooLong(tool.PathOf("name"), LongestName, name.Length));
        else if (!NamePattern().IsMatch(name))
            tool.Refuse(ParameterErrors.InvalidPattern(tool.PathOf("name"), "^[a-zA-Z0-9_-]+$"));
        return name;
    }

    [GeneratedRegex(@"^[a-zA-Z0-9_-]+\z")]
    private static partial Regex NamePattern();
}
