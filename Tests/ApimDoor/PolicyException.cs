namespace SessionAware.Tests.ApimDoor;

/// <summary>What API Management itself refuses or cannot do: the request goes on in <c>on-error</c>.</summary>
public sealed class PolicyException : Exception
{
    public PolicyException(int status, string source, string reason, string message, Exception? inner = null) : base(message, inner) => (Status, Source, Reason) = (status, source, reason);

    public int Status { get; }

    /// <summary>Machine-readable, from the reference of error handling.</summary>
    public string Reason { get; }
}
