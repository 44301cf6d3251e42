using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tokens;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.ChatCompletions;

/// <summary>What prompts and completions cost, measured against recordings.</summary>
internal static class ChatTokens
{
    private static readonly FunctionText s_tools = new(onOneLine: false);

    // A call's frame around its name and its arguments, alone and beside others, as the model makes it.
    private const int PerOnlyCall = 7;
    private const int PerCallOfSeveral = 14;

    // The same as history: with the frame of its output, 13 for a call alone and 17 for each of several.
    private const int PerOnlyCallBefore = 8;
    private const int PerCallOfSeveralBefore = 12;
    private const int PerOutput = 5;

    /// <summary>The cost of a prompt.</summary>
    public static int OfPrompt(ChatRequest request)
    {
        var names = request.Messages.SelectMany(message => message.Calls).GroupBy(call => call.CallId).ToDictionary(calls => calls.Key, calls => calls.Last().Name);
        return ItemTokens.PerPrompt + request.Messages.Sum(message => Of(message, names)) + OfTools(request)
            + (request.Format is JsonSchemaFormat format ? O200k.Count(format.Schema.GetRawText()) : 0);
    }

    /// <summary>What a call costs that the model makes, beside its arguments. A call that was ordered by name has its name in the prompt.</summary>
    public static int FrameOfCall(string name, bool forced, bool only) => forced ? 0 : O200k.Count(name) + (only ? PerOnlyCall : PerCallOfSeveral);

    /// <summary>What a text costs beside its tokens: its end counts only where it might have been a call.</summary>
    public static int FrameOfText(ChatRequest request) => request.Tools.Count > 0 ? 1 : 0;

    private static int Of(ChatMessage message, Dictionary<string, string> names)
    {
        if (message.Output is { } output)
            return PerOutput + O200k.Count(names.GetValueOrDefault(output.CallId, "")) + O200k.Count(output.OutputText);
        var text = O200k.Count(message.Text) + (message.Name is { } name ? 1 + O200k.Count(name) : 0);
        return message.Calls switch
        {
            [] => ItemTokens.PerMessage + text,
            [var call] => text + PerOnlyCallBefore + OfCall(call),
            var calls => text + calls.Sum(call => PerCallOfSeveralBefore + OfCall(call)),
        };
    }

    private static int OfCall(FunctionCallItem call) => O200k.Count(call.Name) + O200k.Count(call.Arguments);

    /// <summary>The text of the tools, and what comes with it.</summary>
    private static int OfTools(ChatRequest request)
    {
        const int WithoutSystem = 3;
        const int SavedByStrictness = 7;
        if (request.Tools.Count == 0)
            return 0;
        return O200k.Count(s_tools.Of(request.Tools))
            + (request.Messages.Any(message => message.Role is "system" or "developer") ? 0 : WithoutSystem)
            - request.Tools.Count(tool => tool is { Strict: true, Parameters: not null }) * SavedByStrictness
            + (request.ToolChoice.Mode == ToolChoiceMode.None ? 1 : 0)
            + (request.ForcedFunction is { } forced ? O200k.Count(forced) + PerOnlyCall : 0);
    }
}
