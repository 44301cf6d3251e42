using System.Text.RegularExpressions;
using System.Xml.Linq;
using SessionAware.Tests.ApimDoor;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>The check of policy documents against <c>policy-reference.txt</c>.</summary>
public sealed class PolicyReference
{
    private readonly Dictionary<string, Entry> _entries;

    private PolicyReference(Dictionary<string, Entry> entries) => _entries = entries;

    public static PolicyReference Read() => new(File.ReadLines(Path.Combine(Repository.Root, "Tests", "ApimPolicies", "policy-reference.txt"))
        .Where(line => line is [not '#', ..])
        .Select(line => line.Split('|').Select(column => column.Trim()).ToList())
        .ToDictionary(columns => columns[0], columns => new Entry(
            columns.Count > 1,
            Words(columns.ElementAtOrDefault(1)),
            Words(columns.ElementAtOrDefault(2)).ToDictionary(word => word.TrimEnd('!').Split('=')[0]),
            columns.ElementAtOrDefault(3) ?? "")));

    /// <summary>What is wrong with a whole document, or with a fragment that is included in <paramref name="section"/>; nothing, if it is right.</summary>
    public IReadOnlyList<string> Check(XElement document, string section = "") => [.. Within(document, section)];

    private IEnumerable<string> Within(XElement element, string section)
    {
        var name = element.Name.LocalName;
        if (!_entries.TryGetValue(name, out var entry) || !entry.IsDescribed)
            return [$"<{name}> is {(entry is null ? "no policy" : "not described yet")}"];
        var isWhole = name is "policies";
        IEnumerable<string> faults = [.. Attributes(element, entry), .. Children(element, entry)];
        return faults.Concat(element.Elements().SelectMany(child => Within(child, isWhole ? child.Name.LocalName : section).Concat(
            entry.Children == "..." && _entries.TryGetValue(child.Name.LocalName, out var policy) && policy.IsDescribed && !policy.Sections.Contains(section)
                ? [$"<{child.Name.LocalName}> must not stand in {section}"]
                : [])));
    }

    private static IEnumerable<string> Attributes(XElement element, Entry entry)
    {
        foreach (var attribute in element.Attributes().Where(attribute => attribute.Name != "id"))
        {
            if (!entry.Attributes.TryGetValue(attribute.Name.LocalName, out var known))
                yield return $"<{element.Name}> has no {attribute.Name}";
            else if (known.Contains('=', StringComparison.Ordinal) && !PolicyExpression.Is(attribute.Value) && !known.Split('=')[1].Split(',').Contains(attribute.Value))
                yield return $"{attribute.Name} of <{element.Name}> cannot be '{attribute.Value}'";
        }

        foreach (var (name, _) in entry.Attributes.Where(known => known.Value.EndsWith('!') && element.Attribute(known.Key) is null))
            yield return $"<{element.Name}> lacks {name}";
    }

    private static IEnumerable<string> Children(XElement element, Entry entry)
    {
        if (entry.Children != "text" && element.Nodes().OfType<XText>().Any(text => !string.IsNullOrWhiteSpace(text.Value)))
            yield return $"<{element.Name}> takes no text";
        if (entry.Children == "...")
            yield break;
        var order = string.Concat(Words(entry.Children).Where(word => word != "text").Select(word => $"(?:{word[..^1]} ){word[^1]}"));
        if (!Regex.IsMatch(string.Concat(element.Elements().Select(child => child.Name.LocalName + " ")), $"^{order}$"))
            yield return $"<{element.Name}> takes {(order.Length == 0 ? "no elements" : entry.Children)}";
    }

    private static string[] Words(string? column) => column?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private sealed record Entry(bool IsDescribed, string[] Sections, Dictionary<string, string> Attributes, string Children);
}
