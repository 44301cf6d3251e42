using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>What items cost in a prompt.</summary>
internal static class ItemTokens
{
    /// <summary>Every prompt costs three tokens before its first item. Measured against recordings.</summary>
    public const int PerPrompt = 3;

    /// <summary>Every message costs four tokens beside its text. Measured against recordings.</summary>
    public const int PerMessage = 4;

    /// <summary>The cost of one item.</summary>
    public static int Of(Item item) => item switch
    {
        ReasoningItem => 0,
        _ => OfText(item.PlainText),
    };

    /// <summary>The cost of a message of this text.</summary>
    public static int OfText(string text) => PerMessage + O200k.Count(text);
}
