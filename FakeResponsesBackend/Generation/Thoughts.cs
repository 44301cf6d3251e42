namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>What a reasoning model thinks: honestly, what it was given.</summary>
internal static class Thoughts
{
    /// <summary>The thoughts before an answer.</summary>
    public static ReasoningDraft About(ModelPrompt prompt) => new($"I was given {prompt.Items.Count} items and {prompt.Tools.Count} tools.");
}
