using System.Text.Json;

namespace SessionAware.Gateway.SessionKeys;

/// <summary>Reads which container a tool or an item refers to, and where a tool runs. One that a region makes by itself (<c>{"type":"auto"}</c>) is nobody's yet.</summary>
internal static class ContainerReader
{
    /// <summary>Reads the tool at whose beginning <paramref name="json"/> stands, to its end.</summary>
    /// <exception cref="UnreadableBodyException">A container stands there twice, or is no text.</exception>
    public static (string? Container, string? OfEnvironment, bool IsHosted) ReadTool(ref Utf8JsonReader json)
    {
        (string? container, string? ofEnvironment, var isSeen, var isEnvironmentSeen, var isHosted) = (null, null, false, false, true);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("container"u8))
            {
                Once(ref isSeen, "tools[].container");
                json.Read();
                container = json.TokenType == JsonTokenType.String ? KeyText.Of(in json, "tools[].container") : null;
            }
            else if (json.ValueTextEquals("environment"u8))
            {
                Once(ref isEnvironmentSeen, "tools[].environment");
                ofEnvironment = ReadEnvironment(ref json, "tools[].environment");
                continue;
            }
            else if (json.ValueTextEquals("type"u8))
            {
                json.Read();
                isHosted = !IsCallers(in json);
            }
            else
            {
                json.Read();
            }

            json.Skip();
        }

        return (container, ofEnvironment, isHosted);
    }

    /// <summary>Reads the value of an <c>environment</c>, to its end.</summary>
    public static string? ReadEnvironment(ref Utf8JsonReader json, string name)
    {
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            json.Skip();
            return null;
        }

        (string? container, var isSeen) = (null, false);
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isContainer = json.ValueTextEquals("container_id"u8);
            json.Read();
            if (isContainer)
            {
                Once(ref isSeen, $"{name}.container_id");
                container = KeyText.Of(in json, $"{name}.container_id");
            }
            else
            {
                json.Skip();
            }
        }

        return container;
    }

    private static bool IsCallers(in Utf8JsonReader json) => json.TokenType == JsonTokenType.String
        && (json.ValueTextEquals("function"u8) || json.ValueTextEquals("custom"u8) || json.ValueTextEquals("apply_patch"u8)
            || json.ValueTextEquals("computer_use_preview"u8) || json.ValueTextEquals("computer"u8));

    private static void Once(ref bool isSeen, string name)
    {
        if (isSeen)
            throw UnreadableBodyException.Twice(name);
        isSeen = true;
    }
}
