namespace SessionAware.ClientWorker.Conversations;

/// <summary>Which conversations of a run have their answers streamed.</summary>
public enum Streaming
{
    /// <summary>None: all are answered by JSON.</summary>
    None,

    /// <summary>The later half.</summary>
    Half,

    /// <summary>All.</summary>
    All,
}
