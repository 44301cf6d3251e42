using Microsoft.ML.Tokenizers;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>The o200k_base encoding, by which the service counts usage and cuts its deltas.</summary>
public static class O200k
{
    // The table is 200,000 entries large; every region of the process shares it.
    private static readonly Lazy<TiktokenTokenizer> s_tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>The number of tokens in <paramref name="text"/>.</summary>
    public static int Count(string text) => s_tokenizer.Value.CountTokens(text);

    /// <summary>
    /// Cuts <paramref name="text"/> into one piece a token; the pieces joined are the text. A character that spans several tokens stays whole,
    /// in the piece where it begins.
    /// </summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        foreach (var token in s_tokenizer.Value.EncodeToTokens(text, out _, considerNormalization: false))
        {
            var end = token.Offset.End.Value;
            if (end <= start || (end < text.Length && char.IsLowSurrogate(text[end])))
                continue;
            pieces.Add(text[start..end]);
            start = end;
        }

        if (start < text.Length)
            pieces.Add(text[start..]);
        return pieces;
    }
}
