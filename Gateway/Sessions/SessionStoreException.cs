namespace SessionAware.Gateway.Sessions;

/// <summary>The store could not be asked, or did not keep what it was given.</summary>
public sealed class SessionStoreException(string message, Exception inner) : Exception(message, inner);
