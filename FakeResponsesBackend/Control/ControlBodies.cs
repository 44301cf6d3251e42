using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Faults;

namespace SessionAware.FakeResponsesBackend.Control;

/// <summary>Faults in force and those that wait for one request each.</summary>
public sealed record FaultList(
    [property: JsonPropertyName("in_force")] IReadOnlyList<Fault> InForce,
    [property: JsonPropertyName("queue")] IReadOnlyList<Fault> Queue);

/// <summary>Counts over all ids and the latest records.</summary>
public sealed record LedgerBody(
    [property: JsonPropertyName("totals")] LedgerTotals Totals,
    [property: JsonPropertyName("latest")] IReadOnlyList<IdRecord> Latest);

/// <summary>What the region holds and does.</summary>
public sealed record RegionState(
    [property: JsonPropertyName("region")] string Region,
    [property: JsonPropertyName("flavor")] string Flavor,
    [property: JsonPropertyName("deployments")] IReadOnlyList<string> Deployments,
    [property: JsonPropertyName("responses")] HeldState Responses,
    [property: JsonPropertyName("conversations")] HeldState Conversations,
    [property: JsonPropertyName("threads")] HeldState Threads,
    [property: JsonPropertyName("assistants")] HeldState Assistants,
    [property: JsonPropertyName("ids")] LedgerTotals Ids,
    [property: JsonPropertyName("faults")] FaultList Faults);

/// <summary>How much of a kind is held, roughly in bytes.</summary>
public sealed record HeldState([property: JsonPropertyName("count")] int Count, [property: JsonPropertyName("bytes")] long Bytes);
