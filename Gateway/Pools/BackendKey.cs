namespace SessionAware.Gateway.Pools;

/// <summary>A backend's own key. A class, so that no record prints it.</summary>
/// <param name="value">What is sent as <c>api-key</c>.</param>
public sealed class BackendKey(string value)
{
    /// <summary>What is sent as <c>api-key</c>.</summary>
    public string Value => value;

    /// <summary>Whether a header can carry it as it is.</summary>
    public bool CanBeSent { get; } = value.All(character => character is > ' ' and <= '~');
}
