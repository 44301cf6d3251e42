namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>What a reasoning model thinks: honestly, what it was given.</summary>
internal static class Thoughts
{
    /// <summary>The thoughts before an answer.</summary>
    public static ReasoningDraft About(ModelPrompt prompt)
    {
        var earlier = Math.Max(0, prompt.Told.Count - 1);
        return new($"**Reading the conversation**\n\nThe last message is \"{prompt.LastTold}\". Before it I see {earlier} message{(earlier == 1 ? "" : "s")} from the user"
            + (prompt.Tools.Count > 0 ? $", and I am offered {string.Join(", ", prompt.Tools.Select(tool => tool.Name))}." : "."));
    }
}
