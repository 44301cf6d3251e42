using System.Security.Cryptography;

namespace SessionAware.Tests.Sessions;

/// <summary>Ids as the services make them: a prefix, 16 hex digits of the chain, 2 of a flag, 8 of the second, 24 at random.</summary>
internal static class SessionIds
{
    public static string Chain() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    public static string Id(string prefix, string chain, uint second) => $"{prefix}_{chain}00{second:x8}{RandomNumberGenerator.GetHexString(24, lowercase: true)}";

    public static string NewResponse() => Id("resp", Chain(), 1_770_000_000);

    public static string NewItem() => Id("msg", Chain(), 1_770_000_000);
}
