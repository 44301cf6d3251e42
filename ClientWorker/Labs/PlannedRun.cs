using SessionAware.ClientWorker.Conversations;

namespace SessionAware.ClientWorker.Labs;

/// <summary>Some conversations of one kind against one API.</summary>
/// <param name="Api">The API's path.</param>
/// <param name="Label">What the table calls it.</param>
/// <param name="Streaming">Whether answers are streamed.</param>
/// <param name="Cookies">Who shares cookies.</param>
/// <param name="Scripts">One a conversation.</param>
public sealed record PlannedRun(string Api, string Label, bool Streaming, CookieJar Cookies, IReadOnlyList<ConversationScript> Scripts)
{
    /// <summary>Whether its conversations must be held one after the other, whatever <see cref="LabOptions.Concurrency"/> says.</summary>
    public bool OneAtATime { get; init; }
}
