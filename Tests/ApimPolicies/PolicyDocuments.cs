using System.Text.Json.Nodes;
using System.Xml.Linq;
using SessionAware.Tests.Infra;

namespace SessionAware.Tests.ApimPolicies;

/// <summary>The policy documents among the resources of <c>infra/apis.bicep</c>, with nothing left to be filled in.</summary>
internal static class PolicyDocuments
{
    private const string Service = "Microsoft.ApiManagement/service";

    /// <summary>The policy document of each API, and nothing of the fragments that it includes.</summary>
    public static IReadOnlyDictionary<string, XElement> Policies(this AzurePreview preview) =>
        preview.OfType($"{Service}/apis/policies").ToDictionary(policy => policy.Key.Split('/')[0], policy => XElement.Parse(TextOf(policy.Value)));

    /// <summary>The fragments.</summary>
    public static IReadOnlyDictionary<string, XElement> Fragments(this AzurePreview preview) =>
        preview.OfType($"{Service}/policyFragments").ToDictionary(fragment => fragment.Key, fragment => XElement.Parse(TextOf(fragment.Value)));

    /// <summary>Every policy document and fragment, as it is written.</summary>
    public static IEnumerable<string> PolicyTexts(this AzurePreview preview) =>
        preview.OfType($"{Service}/apis/policies").Values.Concat(preview.OfType($"{Service}/policyFragments").Values).Select(TextOf);

    /// <summary>The same resources with the policies' texts changed.</summary>
    public static IReadOnlyList<JsonNode> WithPolicies(this AzurePreview preview, Func<string, string> change) => [.. preview.Resources.Select(resource =>
    {
        var copy = resource.DeepClone();
        if (copy["properties"]?["value"] is JsonValue text)
            copy["properties"]!["value"] = change(text.GetValue<string>());
        return copy;
    })];

    private static string TextOf(JsonObject policy) => policy["properties"]!["value"]!.GetValue<string>();
}
