using System.Security.Cryptography;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Random padding that makes the lengths of delta and padding together a multiple of 16, as recorded.</summary>
internal static class Obfuscation
{
    private const int Block = 16;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static string For(string delta) => RandomNumberGenerator.GetString(Alphabet, (Block - (delta.Length % Block)) % Block);
}
