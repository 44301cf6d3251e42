using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>
/// Seals what only this region may read again: thoughts and compacted histories that callers carry. The key follows from the region's name, so
/// a restarted region still reads its own and another region never does. It protects nothing: the data is emulated.
/// </summary>
public sealed class RegionSeal(IOptions<RegionOptions> options)
{
    private const string Prefix = "gAAAAA";
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes($"sealed in {options.Value.Name}"));

    /// <summary>The sealed text; opaque, printable.</summary>
    public string Seal(string text)
    {
        using var cipher = new AesGcm(_key, AesGcm.TagByteSizes.MaxSize);
        var plain = Encoding.UTF8.GetBytes(text);
        var blob = new byte[AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize + plain.Length];
        RandomNumberGenerator.Fill(Nonce(blob));
        cipher.Encrypt(Nonce(blob), plain, Secret(blob), Tag(blob));
        return Prefix + Convert.ToBase64String(blob).Replace('+', '-').Replace('/', '_');
    }

    /// <summary>The text again; null where this region did not seal it.</summary>
    public string? Open(string sealedText)
    {
        if (!sealedText.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        try
        {
            var blob = Convert.FromBase64String(sealedText[Prefix.Length..].Replace('-', '+').Replace('_', '/'));
            if (blob.Length < AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize)
                return null;
            using var cipher = new AesGcm(_key, AesGcm.TagByteSizes.MaxSize);
            var plain = new byte[Secret(blob).Length];
            cipher.Decrypt(Nonce(blob), Secret(blob), Tag(blob), plain);
            return Encoding.UTF8.GetString(plain);
        }
        catch (FormatException)
        {
            return null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static Span<byte> Nonce(byte[] blob) => blob.AsSpan(0, AesGcm.NonceByteSizes.MaxSize);

    private static Span<byte> Tag(byte[] blob) => blob.AsSpan(AesGcm.NonceByteSizes.MaxSize, AesGcm.TagByteSizes.MaxSize);

    private static Span<byte> Secret(byte[] blob) => blob.AsSpan(AesGcm.NonceByteSizes.MaxSize + AesGcm.TagByteSizes.MaxSize);
}
