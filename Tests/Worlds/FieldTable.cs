using System.Text.Json;
using System.Text.Json.Nodes;

namespace SessionAware.Tests.Worlds;

/// <summary>The table of every field that a region sends, and the check of bodies against it: no field missing, none too many, each of its type.</summary>
public sealed class FieldTable
{
    private readonly Dictionary<string, Dictionary<string, Field>> _objects = [];

    private FieldTable()
    {
    }

    /// <summary>Objects that have been checked so far.</summary>
    public HashSet<string> Seen { get; } = [];

    /// <summary>All objects of the table.</summary>
    public IEnumerable<string> Objects => _objects.Keys;

    public static FieldTable Read()
    {
        var table = new FieldTable();
        Dictionary<string, Field> current = [];
        foreach (var line in File.ReadLines(Path.Combine(Repository.Root, "Tests", "Regions", "fields.txt")))
        {
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line[0] != ' ')
            {
                table._objects.Add(line, current = []);
                continue;
            }

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            current.Add(words[0], new(words[1], words.Contains("null"), words.Contains("absent"), words.FirstOrDefault(word => word is "azure" or "openai")));
        }

        return table;
    }

    /// <summary>What is wrong with a value; nothing, if it is right.</summary>
    public IEnumerable<string> Check(JsonNode? value, string type, string flavor, string path = "$") => type switch
    {
        ['[', .., ']'] => value is JsonArray array
            ? array.SelectMany((item, index) => Check(item, type[1..^1], flavor, $"{path}[{index}]"))
            : [$"{path} is no array"],
        ['<', .., '>'] => Check(value, $"{type[1..^1]}:{value?["type"]}", flavor, path),
        ['"', .., '"'] => Scalar(value, JsonValueKind.String, path, value?.ToString() == type[1..^1]),
        "any" => [],
        "string" => Scalar(value, JsonValueKind.String, path, true),
        "integer" => Scalar(value, JsonValueKind.Number, path, long.TryParse(value?.ToJsonString(), out _)),
        "number" => Scalar(value, JsonValueKind.Number, path, true),
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? [] : [$"{path} is no boolean"],
        "map" => value is JsonObject ? [] : [$"{path} is no object"],
        _ when type.Contains('|', StringComparison.Ordinal) => Scalar(value, JsonValueKind.String, path, type.Split('|').Contains(value?.ToString())),
        _ => CheckObject(value, type, flavor, path),
    };

    private IEnumerable<string> CheckObject(JsonNode? value, string name, string flavor, string path)
    {
        if (!_objects.TryGetValue(name, out var fields))
            return [$"{path} is a {name}, which the table does not have"];
        if (value is not JsonObject found)
            return [$"{path} is no object"];
        Seen.Add(name);
        var expected = fields.Where(field => field.Value.Flavor is null || field.Value.Flavor == flavor).ToDictionary();
        return found.Where(property => !expected.ContainsKey(property.Key)).Select(property => $"{path}.{property.Key} is not in the table")
            .Concat(expected.SelectMany(field => CheckField(found, field.Key, field.Value, flavor, $"{path}.{field.Key}")));
    }

    private IEnumerable<string> CheckField(JsonObject found, string name, Field field, string flavor, string path)
    {
        if (!found.TryGetPropertyValue(name, out var value))
            return field.MayBeAbsent ? [] : [$"{path} is absent"];
        return value is not null || field.Type == "any" ? Check(value, field.Type, flavor, path) : field.MayBeNull ? [] : [$"{path} is null"];
    }

    private static IEnumerable<string> Scalar(JsonNode? value, JsonValueKind kind, string path, bool fits) =>
        value?.GetValueKind() == kind && fits ? [] : [$"{path} is {value?.ToJsonString() ?? "null"}"];

    private sealed record Field(string Type, bool MayBeNull, bool MayBeAbsent, string? Flavor);
}
