using System.Runtime.InteropServices;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>What is to be made durable together, or not at all.</summary>
/// <param name="Pins">Ids and where they are. One that is known already stays as it is but for a later expiry.</param>
/// <param name="Turn">
/// The turn; one that is known already is completed: what is empty here stays as it was, and a final status is never taken back, nor what came with it. What led
/// to it (input, previous response, conversation) is added where it is missing, even then.
/// </param>
/// <param name="Forgotten">Ids that are forgotten, with their turns and all that points at them.</param>
/// <param name="ForgottenBy">Who forgets them: what is somebody else's stays.</param>
public sealed record SessionWrite(IReadOnlyList<Pin> Pins, Turn? Turn = null, IReadOnlyList<SessionId>? Forgotten = null, string ForgottenBy = "")
{
    // A pin with its texts; and a write with what the store makes of it.
    private const int PinBytes = 256;

    /// <summary>Whether nothing at all is written where the turn is not known yet: whoever reads a response again makes none.</summary>
    public bool OnlyCompletes { get; init; }

    /// <summary>What had been forgotten when it began, a number of <see cref="ForgottenIds"/>.</summary>
    public long Since { get; init; }

    /// <summary>Bytes that it keeps in memory, roughly: a part of a request's body keeps the whole.</summary>
    public long HeldBytes => PinBytes * (1 + Pins.Count + (Forgotten?.Count ?? 0)) + (Turn is null ? 0 : Kept(Turn.Input) + Kept(Turn.Answer));

    private static long Kept(ReadOnlyMemory<byte> part) => MemoryMarshal.TryGetArray(part, out var whole) && whole.Array is { } array ? array.Length : part.Length;
}
