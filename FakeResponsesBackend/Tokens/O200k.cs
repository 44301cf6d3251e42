using Microsoft.ML.Tokenizers;

namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>The o200k_base encoding, by which the service counts usage and cuts its deltas.</summary>
public static class O200k
{
    // The encoder takes time by the square of a run without a word break. No word of any language is so long.
    private const int LongestRun = 512;

    // The table is 200,000 entries large; every region of the process shares it.
    private static readonly Lazy<TiktokenTokenizer> s_tokenizer = new(() => TiktokenTokenizer.CreateForEncoding("o200k_base"));

    /// <summary>The number of tokens in <paramref name="text"/>.</summary>
    public static int Count(string text) => Slices(text).Sum(slice => s_tokenizer.Value.CountTokens(slice));

    /// <summary>
    /// Cuts <paramref name="text"/> into one piece a token; the pieces joined are the text. A character that spans several tokens stays whole, and its
    /// piece counts for all of them.
    /// </summary>
    public static IReadOnlyList<TokenPiece> Split(string text)
    {
        var pieces = new List<TokenPiece>();
        foreach (var slice in Slices(text))
        {
            var (start, tokens) = (0, 0);
            foreach (var token in s_tokenizer.Value.EncodeToTokens(slice, out _, considerNormalization: false))
            {
                tokens++;
                var end = token.Offset.End.Value;
                if (end <= start || (end < slice.Length && char.IsLowSurrogate(slice[end])))
                    continue;
                pieces.Add(new(slice[start..end], tokens));
                (start, tokens) = (end, 0);
            }

            if (start < slice.Length)
                pieces.Add(new(slice[start..], tokens));
            else if (tokens > 0)
                pieces[^1] = pieces[^1] with { Tokens = pieces[^1].Tokens + tokens };
        }

        return pieces;
    }

    /// <summary>The text in slices, cut only within runs (of spaces, or of anything else) that are longer than any word.</summary>
    private static IEnumerable<string> Slices(string text)
    {
        var (start, run) = (0, 0);
        for (var index = 1; index < text.Length; index++)
        {
            run = char.IsWhiteSpace(text[index]) == char.IsWhiteSpace(text[index - 1]) ? run + 1 : 0;
            if (run < LongestRun || char.IsLowSurrogate(text[index]))
                continue;
            yield return text[start..index];
            (start, run) = (index, 0);
        }

        if (start < text.Length)
            yield return text[start..];
    }
}
