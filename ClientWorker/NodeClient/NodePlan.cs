using System.Text.Json.Serialization;

namespace SessionAware.ClientWorker.NodeClient;

/// <summary>What the script is to do.</summary>
/// <param name="BaseUrl">The API.</param>
/// <param name="ApiKey">Its key.</param>
/// <param name="Model">The deployment to talk to.</param>
/// <param name="TimeoutMs">How long an answer may take.</param>
/// <param name="Conversations">Held one after the other.</param>
internal sealed record NodePlan(Uri BaseUrl, string ApiKey, string Model, double TimeoutMs, IReadOnlyList<NodeConversation> Conversations);

/// <summary>One conversation to hold.</summary>
internal sealed record NodeConversation(bool Streaming, IReadOnlyList<string> Prompts);

/// <summary>The JSON between lab and script.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(NodePlan))]
[JsonSerializable(typeof(NodeTurn))]
internal sealed partial class NodeJson : JsonSerializerContext;
