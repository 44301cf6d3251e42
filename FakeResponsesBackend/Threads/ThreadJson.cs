using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>JSON as this family writes it: bodies on many lines, events on one, nulls kept, text unescaped.</summary>
[JsonSerializable(typeof(AssistantBody))]
[JsonSerializable(typeof(ThreadBody))]
[JsonSerializable(typeof(MessageBody))]
[JsonSerializable(typeof(StreamedMessageBody))]
[JsonSerializable(typeof(MessageDeltaBody))]
[JsonSerializable(typeof(RunBody))]
[JsonSerializable(typeof(StepBody))]
[JsonSerializable(typeof(StepDeltaBody))]
[JsonSerializable(typeof(DeletedBody))]
[JsonSerializable(typeof(ListBody<AssistantBody>))]
[JsonSerializable(typeof(ListBody<MessageBody>))]
[JsonSerializable(typeof(ListBody<RunBody>))]
[JsonSerializable(typeof(ListBody<StepBody>))]
public sealed partial class ThreadJson : JsonSerializerContext
{
    /// <summary>Options of every body and event.</summary>
    public static new JsonSerializerOptions Options => Made.Options;

    /// <summary>A null that is written even where C#'s null means that the field is absent.</summary>
    internal static JsonElement Null { get; } = JsonDocument.Parse("null").RootElement;

    /// <summary>The word <c>auto</c>.</summary>
    internal static JsonElement Auto { get; } = JsonDocument.Parse("\"auto\"").RootElement;

    /// <summary>A 200 with <paramref name="body"/>.</summary>
    public static IResult Ok<T>(T body) => Results.Json(body, Options, "application/json");

    /// <summary>A class of its own, so that the generated <c>Default</c> is there before it is asked for.</summary>
    private static class Made
    {
        public static readonly JsonSerializerOptions Options = new()
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            // Every recorded body is indented by two blanks.
            WriteIndented = true,
            NewLine = "\n",
            TypeInfoResolver = Default,
        };
    }
}
