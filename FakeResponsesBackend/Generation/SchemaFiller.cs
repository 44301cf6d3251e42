using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>
/// Makes a value that a JSON schema allows, out of what the conversation offers. It knows the keywords that the service's structured outputs know:
/// types, enum, const, anyOf, references, bounds, formats, patterns.
/// </summary>
internal static partial class SchemaFiller
{
    // A recursive schema has an end somewhere; beyond this depth the shortest way out is taken.
    private const int DeepestByChoice = 4;
    private const int Deepest = 32;

    /// <summary>A value for <paramref name="schema"/>.</summary>
    public static JsonNode Fill(JsonElement schema, Evidence evidence) => new Filling(schema, evidence).Fill(schema, "", 0)!;

    /// <summary>Whether an object of this schema is about one place, so that two places are two objects.</summary>
    public static bool TakesPlace(JsonElement schema) => schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.EnumerateObject().Any(property => PlaceWord().IsMatch(property.Name));

    private sealed class Filling(JsonElement root, Evidence evidence)
    {
        private int _numbers = evidence.Index;
        private int _places = evidence.Index;

        public JsonNode? Fill(JsonElement schema, string name, int depth)
        {
            if (schema.ValueKind != JsonValueKind.Object || depth > Deepest)
                return JsonValue.Create(evidence.Last);
            if (schema.TryGetProperty("$ref", out var reference))
                return Fill(Resolve(reference.GetString() ?? "#"), name, depth + 1);
            if (schema.TryGetProperty("const", out var constant))
                return JsonNode.Parse(constant.GetRawText());
            if (schema.TryGetProperty("enum", out var choices) && choices.GetArrayLength() > 0)
                return Choose(choices);
            foreach (var keyword in new[] { "anyOf", "oneOf", "allOf" })
            {
                if (schema.TryGetProperty(keyword, out var options) && options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0)
                    return Fill(Option(options, depth), name, depth + 1);
            }

            return TypeOf(schema, depth) switch
            {
                "object" => FillObject(schema, depth),
                "array" => FillArray(schema, name, depth),
                "integer" => FillNumber(schema, whole: true),
                "number" => FillNumber(schema, whole: false),
                "boolean" => JsonValue.Create(name.Length > 0 && evidence.Mentions(name)),
                "null" => null,
                _ => JsonValue.Create(FillText(schema, name)),
            };
        }

        private JsonObject FillObject(JsonElement schema, int depth)
        {
            var filled = new JsonObject();
            HashSet<string?> required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
                ? [.. names.EnumerateArray().Select(name => name.GetString())]
                : [];
            if (!schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
                return filled;
            foreach (var property in properties.EnumerateObject())
            {
                if (required.Contains(property.Name) || (depth < DeepestByChoice && HasEvidence(property)))
                    filled[property.Name] = Fill(property.Value, property.Name, depth + 1);
            }

            return filled;
        }

        private bool HasEvidence(JsonProperty property)
        {
            if (property.Value.ValueKind != JsonValueKind.Object)
                return false;
            if (property.Value.TryGetProperty("enum", out var choices))
                return Mentioned(choices) is not null;
            return evidence.ValueOf(property.Name) is not null || (PlaceWord().IsMatch(property.Name) && evidence.Places.Count > 0);
        }

        private JsonArray FillArray(JsonElement schema, string name, int depth)
        {
            var least = Bound(schema, "minItems") is { } minimum ? (int)minimum : 0;
            var most = Bound(schema, "maxItems") is { } maximum ? (int)maximum : int.MaxValue;
            var items = schema.TryGetProperty("items", out var declared) ? declared : JsonDocument.Parse("""{"type":"string"}""").RootElement;
            var wanted = depth >= DeepestByChoice ? 0 : PlaceWord().IsMatch(name) ? Math.Max(1, evidence.Places.Count) : 1;
            var array = new JsonArray();
            for (var count = Math.Clamp(wanted, Math.Min(least, most), most); count > 0; count--)
                array.Add(Fill(items, name, depth + 1));
            return array;
        }

        private JsonValue FillNumber(JsonElement schema, bool whole)
        {
            var lowest = Bound(schema, "minimum") ?? (Bound(schema, "exclusiveMinimum") is { } above ? above + (whole ? 1 : 0.5m) : (decimal?)null);
            var highest = Bound(schema, "maximum") ?? (Bound(schema, "exclusiveMaximum") is { } below ? below - (whole ? 1 : 0.5m) : (decimal?)null);
            var numbers = evidence.Numbers;
            var value = numbers.Count > 0 ? numbers[Math.Min(_numbers++, numbers.Count - 1)] : 1;
            value = Math.Max(lowest ?? value, Math.Min(highest ?? value, value));
            if (Bound(schema, "multipleOf") is { } step and > 0)
                value = (lowest is null ? Math.Floor(value / step) : Math.Ceiling(value / step)) * step;
            return whole ? JsonValue.Create((long)(lowest is null ? Math.Floor(value) : Math.Ceiling(value))) : JsonValue.Create(value);
        }

        private string FillText(JsonElement schema, string name)
        {
            var text = Candidate(schema, name);
            if (schema.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.String)
                return PatternText.Matching(pattern.GetString()!, text);
            if (Bound(schema, "maxLength") is { } longest && text.Length > longest)
                text = text[..(int)longest];
            return Bound(schema, "minLength") is { } shortest && text.Length < shortest ? text.PadRight((int)shortest, '.') : text;
        }

        private string Candidate(JsonElement schema, string name)
        {
            switch (schema.TryGetProperty("format", out var format) ? format.GetString() : null)
            {
                case "date-time": return "2025-01-01T00:00:00Z";
                case "date": return "2025-01-01";
                case "time": return "00:00:00Z";
                case "duration": return "PT1H";
                case "email": return "someone@example.com";
                case "hostname": return "example.com";
                case "ipv4": return "192.0.2.1";
                case "ipv6": return "2001:db8::1";
                case "uuid": return "00000000-0000-4000-8000-000000000000";
                case "uri": return "https://example.com/";
                default: break;
            }

            if (PlaceWord().IsMatch(name) && evidence.Places is { Count: > 0 } places)
                return places[Math.Min(_places++, places.Count - 1)];
            if (evidence.ValueOf(name) is { } told)
                return told;
            if (WholeMessageWord().IsMatch(name))
                return evidence.Quoted ?? evidence.Last;
            return evidence.Quoted ?? evidence.Name ?? "unknown";
        }

        private JsonNode? Choose(JsonElement choices) => JsonNode.Parse((Mentioned(choices) ?? choices[0]).GetRawText());

        private JsonElement? Mentioned(JsonElement choices) => choices.EnumerateArray()
            .Where(choice => choice.ValueKind == JsonValueKind.String && choice.GetString() is { Length: > 0 } text
                && Regex.IsMatch(evidence.Last, $@"(?<!\w){Regex.Escape(text)}(?!\w)", text.Length == 1 ? RegexOptions.None : RegexOptions.IgnoreCase))
            .Select(choice => (JsonElement?)choice)
            .FirstOrDefault();

        /// <summary>The first option, but once deep down the one that ends it: null, or whatever is no object.</summary>
        private static JsonElement Option(JsonElement options, int depth)
        {
            var simple = options.EnumerateArray().FirstOrDefault(option => option.ValueKind == JsonValueKind.Object
                && option.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && !type.ValueEquals("object"));
            return depth >= DeepestByChoice && simple.ValueKind == JsonValueKind.Object ? simple : options[0];
        }

        private static string? TypeOf(JsonElement schema, int depth)
        {
            if (!schema.TryGetProperty("type", out var type))
                return schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : "string";
            if (type.ValueKind == JsonValueKind.String)
                return type.GetString();
            List<string?> types = [.. type.EnumerateArray().Select(option => option.GetString())];
            return depth >= DeepestByChoice && types.Contains("null") ? "null" : types.FirstOrDefault(option => option != "null") ?? "null";
        }

        private JsonElement Resolve(string reference)
        {
            var found = root;
            foreach (var step in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal), out found))
                    return default;
            }

            return found;
        }

        private static decimal? Bound(JsonElement schema, string keyword) =>
            schema.TryGetProperty(keyword, out var bound) && bound.ValueKind == JsonValueKind.Number && bound.TryGetDecimal(out var value) ? value : null;
    }

    [GeneratedRegex(@"city|cities|location|place|town|country|countries|destination|origin|region|where|address", RegexOptions.IgnoreCase)]
    private static partial Regex PlaceWord();

    [GeneratedRegex(@"query|question|text|prompt|message|expression|input|request|summary|description|title|content|answer|response", RegexOptions.IgnoreCase)]
    private static partial Regex WholeMessageWord();
}
