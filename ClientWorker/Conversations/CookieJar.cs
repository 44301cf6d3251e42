namespace SessionAware.ClientWorker.Conversations;

/// <summary>Who shares cookies with whom.</summary>
public enum CookieJar
{
    /// <summary>Nobody has one: cookies are neither kept nor sent.</summary>
    None,

    /// <summary>Each conversation has its own, as APIM's affinity needs it.</summary>
    PerConversation,

    /// <summary>The OpenAI client's default transport: one jar for the whole process, whatever client, key or user.</summary>
    PerProcess,
}
