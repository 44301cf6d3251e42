using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>JSON of this API as each service writes it: api.openai.com in the order of the types and indented, Azure by the alphabet.</summary>
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(ChatEventBody))]
[JsonSerializable(typeof(ChatUsage))]
[JsonSerializable(typeof(ChatLogprobs))]
[JsonSerializable(typeof(string))]
internal sealed partial class ChatJson : JsonSerializerContext
{
    /// <summary>Options of a whole completion.</summary>
    public static JsonSerializerOptions OfBody(ApiFlavor flavor) => flavor == ApiFlavor.Azure ? Made.Azure : Made.OpenAIBody;

    /// <summary>Options of an event.</summary>
    public static JsonSerializerOptions OfEvent(ApiFlavor flavor) => flavor == ApiFlavor.Azure ? Made.Azure : Made.OpenAIEvent;

    /// <summary>Azure sorts the fields of every object, but for its verdicts.</summary>
    private static void Sort(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || type.Type == typeof(PromptFilterResult) || type.Type == typeof(FilterVerdict))
            return;
        foreach (var (order, property) in type.Properties.OrderBy(property => property.Name, StringComparer.Ordinal).Index().ToList())
            property.Order = order;
    }

    /// <summary>A class of its own, so that the generated <c>Default</c> is there before it is asked for.</summary>
    private static class Made
    {
        public static readonly JsonSerializerOptions OpenAIBody = With(Default, indented: true);
        public static readonly JsonSerializerOptions OpenAIEvent = With(Default, indented: false);
        public static readonly JsonSerializerOptions Azure = With(Default.WithAddedModifier(Sort), indented: false);

        private static JsonSerializerOptions With(IJsonTypeInfoResolver types, bool indented) => new()
        {
            // As WireJson: only what JSON demands is escaped.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = types,
            WriteIndented = indented,
            NewLine = "\n",
        };
    }
}
