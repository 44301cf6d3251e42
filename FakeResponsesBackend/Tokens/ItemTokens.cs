using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>What items cost in a prompt, as measured against recordings of gpt-4o and gpt-4.1.</summary>
internal static class ItemTokens
{
    /// <summary>Every prompt costs three tokens before its first item.</summary>
    public const int PerPrompt = 3;

    /// <summary>Every message costs four tokens beside its text.</summary>
    public const int PerMessage = 4;

    // What a call and its output cost together, beside arguments, output and twice the name; the first for one that the caller wrote or that was not alone.
    private const int PerCallAndOutput = 11;
    private const int PerSingleCallAndOutput = 14;

    // A compaction costs what its making cost as output, and this.
    private const int PerCompaction = 81;

    /// <summary>The cost of one item.</summary>
    public static int Of(Item item) => item switch
    {
        MessageItem message => OfText(string.Concat(message.Content.Where(part => part is not InputImage).Select(part => part.PlainText))) + message.Content.OfType<InputImage>().Sum(ImageTokens.Of),
        FunctionCallItem call => (call.IsSingle ? PerSingleCallAndOutput : PerCallAndOutput) + (2 * O200k.Count(call.Name)) + O200k.Count(call.Arguments),
        CustomToolCallItem call => PerCallAndOutput + (2 * O200k.Count(call.Name)) + O200k.Count(call.Input),
        IToolCallOutput output => O200k.Count(output.OutputText),
        CompactionItem compaction => PerCompaction + O200k.Count(compaction.Unsealed),
        _ => 0,
    };

    /// <summary>The cost of a message of this text.</summary>
    public static int OfText(string text) => PerMessage + O200k.Count(text);
}
