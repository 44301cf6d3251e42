namespace SessionAware.Gateway.Credentials;

/// <summary>How the gateway signs requests to a backend.</summary>
public enum BackendSigning
{
    /// <summary>As itself where callers are known by their keys and tokens, which stay here then; elsewhere callers sign their requests. Target Local.</summary>
    KnownCallers,

    /// <summary>Always as itself, by its key.</summary>
    Key,

    /// <summary>Always as itself, by its token of Microsoft Entra ID.</summary>
    Token,
}
