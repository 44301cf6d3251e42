using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>JSON as the service writes it: names spelt out on the types, nulls kept, text unescaped.</summary>
[JsonSerializable(typeof(ResponseBody))]
[JsonSerializable(typeof(ItemList))]
[JsonSerializable(typeof(Item))]
[JsonSerializable(typeof(IReadOnlyList<ContentPart>))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(Tool))]
[JsonSerializable(typeof(IReadOnlyList<Tool>))]
[JsonSerializable(typeof(DeletedResponse))]
[JsonSerializable(typeof(InputTokenCount))]
[JsonSerializable(typeof(CompactionBody))]
[JsonSerializable(typeof(ConversationBody))]
[JsonSerializable(typeof(DeletedConversation))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelBody))]
[JsonSerializable(typeof(ResponseSnapshotEvent))]
[JsonSerializable(typeof(ErrorEvent))]
[JsonSerializable(typeof(OutputItemEvent))]
[JsonSerializable(typeof(ContentPartEvent))]
[JsonSerializable(typeof(TextDeltaEvent))]
[JsonSerializable(typeof(TextDoneEvent))]
[JsonSerializable(typeof(RefusalDoneEvent))]
[JsonSerializable(typeof(CallDeltaEvent))]
[JsonSerializable(typeof(ArgumentsDoneEvent))]
[JsonSerializable(typeof(CustomInputDoneEvent))]
[JsonSerializable(typeof(SummaryPartEvent))]
[JsonSerializable(typeof(SummaryDeltaEvent))]
[JsonSerializable(typeof(SummaryDoneEvent))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(IReadOnlyList<JournalEntry>))]
[JsonSerializable(typeof(Fault))]
[JsonSerializable(typeof(IReadOnlyList<Fault>))]
[JsonSerializable(typeof(FaultList))]
[JsonSerializable(typeof(IdRecord))]
[JsonSerializable(typeof(LedgerBody))]
[JsonSerializable(typeof(RegionState))]
public sealed partial class WireJson : JsonSerializerContext
{
    /// <summary>Options of every body and event.</summary>
    public static new JsonSerializerOptions Options => Made.Options;

    /// <summary>A 200 with <paramref name="body"/>.</summary>
    public static IResult Ok<T>(T body) => Results.Json(body, Options, "application/json");

    /// <summary>A class of its own, so that the generated <c>Default</c> is there before it is asked for: initializers of one class run in no promised order over its files.</summary>
    private static class Made
    {
        public static readonly JsonSerializerOptions Options = new()
        {
            // The service escapes only what JSON demands; the default encoder would turn every apostrophe into \u0027.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = Default,
        };
    }
}
