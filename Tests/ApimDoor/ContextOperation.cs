namespace SessionAware.Tests.ApimDoor;

/// <summary><c>context.Operation</c>.</summary>
public sealed class ContextOperation
{
    internal ContextOperation(string id, string method, string urlTemplate) => (Id, Method, UrlTemplate) = (id, method, urlTemplate);

    public string Id { get; }

    public string Method { get; }

    public string Name => Id;

    public string UrlTemplate { get; }
}
