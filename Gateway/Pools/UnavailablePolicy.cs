namespace SessionAware.Gateway.Pools;

/// <summary>What becomes of a session whose backend is tripped. APIM documents none.</summary>
public enum UnavailablePolicy
{
    /// <summary>The caller is told when to come back: elsewhere its conversation is unknown, which is the worse answer.</summary>
    Fail,

    /// <summary>The session goes to another backend, and its cookie with it.</summary>
    Redistribute,
}
