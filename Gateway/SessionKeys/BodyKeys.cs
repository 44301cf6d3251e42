namespace SessionAware.Gateway.SessionKeys;

/// <summary>What a request's JSON says of its session, and how it wants to be answered.</summary>
internal sealed class BodyKeys
{
    /// <summary>A body that says nothing.</summary>
    public static readonly BodyKeys None = new();

    /// <summary><c>previous_response_id</c>.</summary>
    public string? PreviousResponseId { get; set; }

    /// <summary><c>conversation</c>, a text or an object with an <c>id</c>.</summary>
    public string? ConversationId { get; set; }

    /// <summary>Items that the input refers to, each once: <c>item_reference</c>, and reasoning without its content.</summary>
    public List<string> Items { get; } = [];

    /// <summary>Containers that tools and items refer to, each once.</summary>
    public List<string> Containers { get; } = [];

    /// <summary>Encrypted content in the input, each once.</summary>
    public List<SessionId> EncryptedContents { get; } = [];

    /// <summary>The pool's own fields that are there.</summary>
    public List<(string Name, string Id)> Declared { get; } = [];

    /// <summary><c>model</c>; null where it is no text.</summary>
    public string? Model { get; set; }

    /// <summary>Whether a tool is offered that runs in the region.</summary>
    public bool HasHostedTools { get; set; }

    /// <summary><c>store</c>: true unless the caller opts out.</summary>
    public bool Store { get; set; } = true;

    /// <summary><c>background</c>.</summary>
    public bool Background { get; set; }

    /// <summary><c>input</c>, of conversations <c>items</c>, as it stands in the body; empty where there is none.</summary>
    public ReadOnlyMemory<byte> Input { get; set; }
}
