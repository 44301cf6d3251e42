using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace SessionAware.Gateway.CosmosSessions;

/// <summary>Which container of which account, as connection string <c>cosmos</c> names it.</summary>
/// <param name="Endpoint">The account.</param>
/// <param name="ConnectionString">The same with its key, as the client takes it; null where the process's own identity is asked.</param>
/// <param name="Database">The database.</param>
/// <param name="Container">The container.</param>
/// <param name="IsEmulator">Whether it is an emulator, which answers at that one address alone.</param>
internal sealed record CosmosSettings(Uri Endpoint, string? ConnectionString, string Database, string Container, bool IsEmulator)
{
    /// <summary>The connection string's name, as Aspire gives it.</summary>
    public const string Setting = "ConnectionStrings:cosmos";

    private const string Forms = $"{Setting} must be AccountEndpoint=https://…;AccountKey=…; or, to sign in as the gateway's own identity, https://… alone";
    private const string EndpointKey = "AccountEndpoint", SecretKey = "AccountKey", DatabaseKey = "Database", ContainerKey = "Container", UncheckedKey = "DisableServerCertificateValidation";

    /// <summary>Reads a connection string: an address, or <c>AccountEndpoint=…;AccountKey=…;</c>; behind both <c>Database=…;Container=…</c> may follow.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out CosmosSettings? settings, [NotNullWhen(false)] out string? fault)
    {
        (settings, fault) = (null, null);
        if (string.IsNullOrWhiteSpace(text))
            fault = $"{Setting} is not set, and Gateway:Sessions:Store is cosmos. {Forms}.";
        else if (Parts(text) is not { } parts)
            fault = $"{Setting} cannot be read. {Forms}.";
        else if (!Uri.TryCreate(Value(parts, EndpointKey), UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            fault = $"{Setting} names no account. {Forms}.";
        else if (Value(parts, SecretKey) is { } key && !Convert.TryFromBase64String(key, new byte[key.Length], out _))
            fault = $"{Setting} has an AccountKey that is no key: it must be in base64.";
        else
            settings = Read(parts, endpoint);
        return settings is not null;
    }

    private static CosmosSettings Read(DbConnectionStringBuilder parts, Uri endpoint)
    {
        // Nobody but an emulator makes its own certificate.
        var isEmulator = endpoint.IsLoopback || IPAddress.TryParse(endpoint.Host, out var address) && IPAddress.IsLoopback(address)
            || bool.TryParse(Value(parts, UncheckedKey), out var isUnchecked) && isUnchecked;
        var (database, container, hasKey) = (Value(parts, DatabaseKey) ?? "sessionaware", Value(parts, ContainerKey) ?? "sessions", Value(parts, SecretKey) is not null);
        parts.Remove(DatabaseKey);
        parts.Remove(ContainerKey);
        return new(endpoint, hasKey ? parts.ConnectionString : null, database, container, isEmulator);
    }

    private static DbConnectionStringBuilder? Parts(string text)
    {
        try
        {
            // An address alone has no name before it; what follows it has.
            return new() { ConnectionString = text.StartsWith("http", StringComparison.OrdinalIgnoreCase) ? $"{EndpointKey}={text}" : text };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Value(DbConnectionStringBuilder parts, string name) => parts.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;
}
