using System.Xml.Linq;

namespace SessionAware.Tests.ApimDoor;

/// <summary>The policies that the door plays, with the attributes that it knows: whatever else a document has stops it at its start, so that nothing is left out silently.</summary>
internal static class PlayedPolicies
{
    private static readonly Dictionary<string, string[]> s_played = new()
    {
        ["policies"] = [],
        ["fragment"] = [],
        ["inbound"] = [],
        ["backend"] = [],
        ["outbound"] = [],
        ["on-error"] = [],
        ["base"] = [],
        ["include-fragment"] = ["fragment-id"],
        ["choose"] = [],
        ["when"] = ["condition"],
        ["otherwise"] = [],
        ["set-variable"] = ["name", "value"],
        ["set-header"] = ["name", "exists-action"],
        ["set-query-parameter"] = ["name", "exists-action"],
        ["value"] = [],
        ["set-body"] = [],
        ["set-status"] = ["code", "reason"],
        ["return-response"] = [],
        ["authentication-managed-identity"] = ["resource"],
        ["llm-emit-token-metric"] = ["namespace"],
        ["dimension"] = ["name", "value"],
        ["retry"] = ["condition", "count", "interval", "first-fast-retry"],
        ["set-backend-service"] = ["backend-id"],
        ["forward-request"] = ["timeout", "buffer-request-body", "buffer-response"],
    };

    /// <exception cref="NotSupportedException">There is something that the door does not play.</exception>
    public static void Check(XElement document)
    {
        foreach (var element in document.DescendantsAndSelf())
        {
            if (!s_played.TryGetValue(element.Name.LocalName, out var attributes))
                throw new NotSupportedException($"The door does not play <{element.Name.LocalName}>.");
            if (element.Attributes().FirstOrDefault(attribute => !attributes.Contains(attribute.Name.LocalName)) is { } unknown)
                throw new NotSupportedException($"The door does not play {unknown.Name.LocalName} of <{element.Name.LocalName}>.");
        }
    }
}
