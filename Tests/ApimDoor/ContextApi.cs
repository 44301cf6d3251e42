namespace SessionAware.Tests.ApimDoor;

/// <summary><c>context.Api</c>.</summary>
public sealed class ContextApi
{
    internal ContextApi(string id, string path) => (Id, Path) = (id, path);

    public string Id { get; }

    public string Name => Id;

    public string Path { get; }
}
