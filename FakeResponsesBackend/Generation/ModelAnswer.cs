namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>What the model makes of a prompt: one or more things, in order.</summary>
public sealed record ModelAnswer(IReadOnlyList<Draft> Drafts)
{
    /// <summary>A text and nothing else.</summary>
    public static ModelAnswer Say(string text) => new([new TextDraft(text)]);

    /// <summary>Nothing: the model was not asked to answer.</summary>
    public static ModelAnswer Nothing { get; } = new([]);

    /// <summary>How long the model waits before it begins, beyond what the region's latency says.</summary>
    public TimeSpan Delay { get; init; }
}

/// <summary>Something that the model makes.</summary>
public abstract record Draft;

/// <summary>A message.</summary>
public sealed record TextDraft(string Text) : Draft;

/// <summary>A message that refuses.</summary>
public sealed record RefusalDraft(string Text) : Draft;

/// <summary>A call of a function; <paramref name="Arguments"/> is a JSON object as text.</summary>
public sealed record CallDraft(string Name, string Arguments) : Draft;

/// <summary>A call of a tool that takes free text.</summary>
public sealed record CustomCallDraft(string Name, string Input) : Draft;

/// <summary>Thoughts before the answer.</summary>
/// <param name="Thoughts">What was thought.</param>
public sealed record ReasoningDraft(string Thoughts) : Draft;
