namespace SessionAware.Tests.ApimDoor;

/// <summary><c>context.Subscription</c>.</summary>
public sealed class ContextSubscription
{
    internal ContextSubscription(string id, string key) => (Id, Key) = (id, key);

    public string Id { get; }

    public string Key { get; }

    public string Name => Id;
}
