using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Responses;

/// <summary>JSON as the service writes it: names spelt out on the types, nulls kept, text unescaped.</summary>
[JsonSerializable(typeof(ResponseBody))]
[JsonSerializable(typeof(ItemList))]
[JsonSerializable(typeof(DeletedResponse))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelBody))]
[JsonSerializable(typeof(ResponseSnapshotEvent))]
[JsonSerializable(typeof(OutputItemEvent))]
[JsonSerializable(typeof(ContentPartEvent))]
[JsonSerializable(typeof(OutputTextDeltaEvent))]
[JsonSerializable(typeof(OutputTextDoneEvent))]
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
