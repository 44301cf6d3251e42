namespace SessionAware.Gateway.SessionKeys;

/// <summary>What in a request told its session, as <c>x-session-key</c> says it, the first to decide in front.</summary>
public enum SessionKeyKind
{
    /// <summary>Nothing did.</summary>
    None,

    /// <summary><c>previous_response_id</c>, or the response in the path.</summary>
    Response,

    /// <summary>The conversation, in the body or in the path.</summary>
    Conversation,

    /// <summary>An item that the input refers to.</summary>
    Item,

    /// <summary>Encrypted content in the input, which only the account that made it can read; an item's as far as callers are told.</summary>
    EncryptedContent,

    /// <summary>An id that the pool declares, in the path or in the body.</summary>
    Id,

    /// <summary>A request that was sent and whose outcome is not known yet, by a digest: it tells no session.</summary>
    Attempt,

    /// <summary>A header that the pool declares: a hint.</summary>
    Header,

    /// <summary>The pool's affinity cookie: a hint.</summary>
    Cookie,
}
