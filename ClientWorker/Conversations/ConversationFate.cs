namespace SessionAware.ClientWorker.Conversations;

/// <summary>What became of a conversation, by what its answers' headers say.</summary>
public enum ConversationFate
{
    /// <summary>It remembers, and its first backend served every turn from its own state.</summary>
    Kept,

    /// <summary>It remembers, and turns were served by other backends than its first.</summary>
    Moved,

    /// <summary>It remembers, and its first backend served every turn, but some from the gateway's record.</summary>
    Replayed,

    /// <summary>A turn was refused, by a name.</summary>
    Refused,

    /// <summary>It was answered to the end and does not remember.</summary>
    Lost,
}
