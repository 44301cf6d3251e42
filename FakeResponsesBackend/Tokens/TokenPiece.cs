namespace SessionAware.FakeResponsesBackend.Tokens;

/// <summary>A piece of text and the number of tokens that it is: one, or more for a character that spans several.</summary>
public readonly record struct TokenPiece(string Text, int Tokens);
