using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>What is to be made durable together, or not at all.</summary>
/// <param name="Pins">Ids and where they are. One that is known already stays as it is but for a later expiry.</param>
/// <param name="Turn">The turn; one that is known already is completed: what is empty here stays as it was, and a final status is never taken back.</param>
/// <param name="Forgotten">Ids that are forgotten, with their turns and all that points at them.</param>
/// <param name="ForgottenBy">Who forgets them: what is somebody else's stays.</param>
public sealed record SessionWrite(IReadOnlyList<Pin> Pins, Turn? Turn = null, IReadOnlyList<SessionId>? Forgotten = null, string ForgottenBy = "")
{
    /// <summary>Bytes of content in it.</summary>
    public long ContentBytes => Turn is null ? 0 : Turn.Input.Length + Turn.Answer.Length;
}
