using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>
/// The region's "model": deterministic, and honest about what it was given. It knows nothing of the world; all it can do is count, obey "exactly …",
/// call the tools that a message is about, repeat what they gave back, fill a schema, and say back what earlier messages told it, so an answer shows
/// whether the history arrived.
/// </summary>
public static class EmulatedModel
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answer to a prompt.</summary>
    public static ModelAnswer Answer(ModelPrompt prompt)
    {
        var calls = ToolCalling.Decide(prompt);
        return calls.Count > 0 ? new(calls) : ModelAnswer.Say(Form(prompt));
    }

    private static string Form(ModelPrompt prompt) => prompt.Format switch
    {
        JsonSchemaFormat format => SchemaFiller.Fill(format.Schema, new Evidence(prompt.Told)).ToJsonString(s_json),
        JsonObjectFormat => new JsonObject { ["answer"] = Text(prompt) }.ToJsonString(s_json),
        _ => Text(prompt),
    };

    private static string Text(ModelPrompt prompt)
    {
        if (ToolResults(prompt) is { Length: > 0 } results)
            return results;
        if (prompt.Told.Count == 0)
            return "There is no message from you in this conversation.";
        var said = prompt.LastTold;
        return Orders.Obey(said)
            ?? Acknowledge(prompt)
            ?? Conversing.Reply(said, [.. prompt.Told.Take(prompt.Told.Count - 1)]);
    }

    private static string ToolResults(ModelPrompt prompt)
    {
        var names = prompt.Items.OfType<IToolCall>().GroupBy(call => call.CallId).ToDictionary(calls => calls.Key, calls => calls.Last().Name);
        return string.Join('\n', prompt.SinceLastTold.OfType<IToolCallOutput>().Select(output => $"{names.GetValueOrDefault(output.CallId, "The tool")} returned: {output.OutputText}"));
    }

    /// <summary>Images and files are named by type and size: that is all that this model sees of them.</summary>
    private static string? Acknowledge(ModelPrompt prompt)
    {
        var parts = prompt.Items.OfType<MessageItem>().Last(message => message.Role == "user").Content;
        List<string> seen =
        [
            .. parts.OfType<InputImage>().Select(image => $"an image ({image.Attachment})"),
            .. parts.OfType<InputFile>().Select(file => $"the file {file.Filename ?? "without a name"} ({file.Attachment})"),
        ];
        return seen.Count > 0 ? $"I received {string.Join(", ", seen)}." : null;
    }
}
