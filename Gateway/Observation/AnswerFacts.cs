using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Observation;

/// <summary>What an answer says of the state that a region keeps: a response, a conversation, a list, or what was deleted.</summary>
internal sealed class AnswerFacts
{
    /// <summary><c>id</c>.</summary>
    public string? Id { get; set; }

    /// <summary><c>object</c>: <c>response</c>, <c>conversation</c>, <c>list</c> ….</summary>
    public string? Object { get; set; }

    /// <summary><c>status</c> of a response.</summary>
    public string? Status { get; set; }

    /// <summary><c>model</c>.</summary>
    public string? Model { get; set; }

    /// <summary><c>conversation.id</c> of a response.</summary>
    public string? ConversationId { get; set; }

    /// <summary><c>previous_response_id</c> of a response.</summary>
    public string? PreviousResponseId { get; set; }

    /// <summary><c>store</c>, where it is said.</summary>
    public bool? Store { get; set; }

    /// <summary><c>usage.input_tokens</c>.</summary>
    public long? InputTokens { get; set; }

    /// <summary><c>usage.output_tokens</c>.</summary>
    public long? OutputTokens { get; set; }

    /// <summary>Ids of items in <c>output</c> or <c>data</c>.</summary>
    public List<string> Items { get; } = [];

    /// <summary>Containers in which items ran code, each once.</summary>
    public List<string> Containers { get; } = [];

    /// <summary>Encrypted content of items.</summary>
    public List<SessionId> EncryptedContents { get; } = [];

    /// <summary>The pool's own fields that are there, the last of each name.</summary>
    public List<(string Name, string Id)> Declared { get; } = [];

    /// <summary>Whether a response has come to its end, well or not.</summary>
    public bool IsFinal => Status is not (null or "queued" or "in_progress");
}
