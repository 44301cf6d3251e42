namespace SessionAware.Gateway.SessionKeys;

/// <summary>What a path of a session-aware API is about.</summary>
internal enum ApiOperation
{
    /// <summary>Nothing that the gateway knows: it may name state that the gateway cannot scope.</summary>
    Other,

    /// <summary>Something that keeps no state.</summary>
    Stateless,

    /// <summary><c>POST /responses</c>.</summary>
    CreateResponse,

    /// <summary><c>POST /responses/compact</c>.</summary>
    Compact,

    /// <summary><c>POST /responses/input_tokens</c>.</summary>
    CountTokens,

    /// <summary><c>/responses/{id}</c> and all below it.</summary>
    Response,

    /// <summary><c>POST /conversations</c>.</summary>
    CreateConversation,

    /// <summary><c>/conversations/{id}</c> and all below it.</summary>
    Conversation,

    /// <summary>Creating what the pool declares by a path.</summary>
    CreateDeclared,

    /// <summary>What the pool declares by a path, and all below it.</summary>
    Declared,
}
