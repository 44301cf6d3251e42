using System.Security.Cryptography;

namespace SessionAware.FakeResponsesBackend.Streaming;

/// <summary>Random padding against traffic analysis.</summary>
internal static class Obfuscation
{
    /// <summary>Padding makes lengths multiples of this, as recorded.</summary>
    public const int Block = 16;

    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Padding that makes the lengths of delta and padding together a multiple of the block.</summary>
    public static string For(string delta) => OfLength((Block - (delta.Length % Block)) % Block);

    /// <summary>Padding of a length.</summary>
    public static string OfLength(int length) => RandomNumberGenerator.GetString(Alphabet, length);
}
