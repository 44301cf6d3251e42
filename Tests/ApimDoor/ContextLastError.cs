namespace SessionAware.Tests.ApimDoor;

/// <summary><c>context.LastError</c>.</summary>
public sealed class ContextLastError
{
    internal ContextLastError(PolicyException failure, string? section) => (Source, Reason, Message, Section) = (failure.Source!, failure.Reason, failure.Message, section);

    public string Source { get; }

    public string Reason { get; }

    public string Message { get; }

    /// <summary>Null where no section had begun.</summary>
    public string? Section { get; }
}
