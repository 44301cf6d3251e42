using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>
/// Keeps sessions beyond the process. What one replica was told is durable is what every other finds. Whatever fails is a
/// <see cref="SessionStoreException"/>; nothing is answered from a store that could not be asked.
/// </summary>
public interface ISessionStore
{
    /// <summary>Ends when it is first opened: until then there is nothing to look after.</summary>
    Task Opened { get; }

    /// <summary>Opens it, makes it where it is missing, and brings an older one up to date.</summary>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <summary>Where <paramref name="id"/> is; null where it is unknown, expired, or not <paramref name="owner"/>'s: the three are not told apart.</summary>
    ValueTask<Pin?> FindAsync(SessionId id, string owner, CancellationToken cancellationToken);

    /// <summary>Writes; what it wrote is durable, and seen by every replica, when the task ends.</summary>
    Task WriteAsync(SessionWrite write);

    /// <summary>A turn with its content; null where it is unknown, expired, or not <paramref name="owner"/>'s.</summary>
    ValueTask<Turn?> ReadTurnAsync(string responseId, string owner, CancellationToken cancellationToken);

    /// <summary>
    /// A turn and all that led to it, with their content, the latest first. It ends with the turn that continues nothing, or before one that is unknown, expired,
    /// or not <paramref name="owner"/>'s; nothing where the first is that already.
    /// </summary>
    IAsyncEnumerable<Turn> ReadChainAsync(string responseId, string owner, CancellationToken cancellationToken);

    /// <summary>Sessions, the latest first.</summary>
    Task<SessionPage> ListAsync(SessionFilter filter, CancellationToken cancellationToken);

    /// <summary>All turns of a session in the order of their making, without content.</summary>
    Task<IReadOnlyList<Turn>> ReadSessionAsync(string session, CancellationToken cancellationToken);

    /// <summary>How many sessions each backend holds.</summary>
    Task<IReadOnlyDictionary<string, long>> CountSessionsAsync(CancellationToken cancellationToken);

    /// <summary>Tells every replica what is going to be erased.</summary>
    Task AnnounceAsync(Erasure erasure, CancellationToken cancellationToken);

    /// <summary>Erases a session and all that points at it.</summary>
    /// <returns>How many ids are forgotten.</returns>
    Task<long> EraseSessionAsync(string session, CancellationToken cancellationToken);

    /// <summary>Erases all that an owner has.</summary>
    /// <returns>How many ids are forgotten.</returns>
    Task<long> EraseOwnerAsync(string owner, CancellationToken cancellationToken);

    /// <summary>
    /// What was announced, by whichever replica, after <paramref name="mark"/>, in order: whoever keeps ids in memory forgets them. It is kept for a day at least.
    /// </summary>
    /// <param name="mark">The mark of the list before; null for none of what was announced until now.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    Task<ErasureList> ReadErasuresAsync(string? mark, CancellationToken cancellationToken);

    /// <summary>Erases what has expired, in steps that let others through.</summary>
    /// <returns>How many ids are forgotten.</returns>
    Task<long> SweepAsync(CancellationToken cancellationToken);
}
