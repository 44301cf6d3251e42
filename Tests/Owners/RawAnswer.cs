using System.Globalization;
using System.Text.RegularExpressions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Owners;

/// <summary>An answer as it came over the wire.</summary>
public sealed partial record RawAnswer(int Status, string Head, string Body)
{
    /// <summary>All of it, but for ids, the date, and which region it came from where one was asked.</summary>
    public string Masked => Id().Replace(Varying().Replace(ToString(), "${name}\n"), "ID");

    /// <summary>Sends <paramref name="request"/>, which closes its connection.</summary>
    public static async Task<RawAnswer> OfAsync(string url, byte[] request)
    {
        using var raw = await RawHttp.SendAsync(url, request);
        var head = await raw.ReadHeadAsync();
        return new(int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture), head, await raw.ReadToEndAsync());
    }

    public override string ToString() => Head + Body;

    [GeneratedRegex("[0-9a-fA-F]{16,}")]
    private static partial Regex Id();

    [GeneratedRegex("^(?<name>Date|apim-request-id|x-ms-region|x-backend-id|x-backend-region): .*\r?\n", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex Varying();
}
