using System.Globalization;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;

namespace SessionAware.Gateway.Sessions;

/// <summary>Finds where the state of an id is: in this process's memory, else in the store.</summary>
public sealed class SessionLookup(TimedStore store, PinCache cache, IOptions<SessionsOptions> options, TimeProvider time)
{
    // A client may name a response of another replica as soon as it has seen its first event, while that replica is still making it durable.
    private static readonly TimeSpan s_young = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where <paramref name="id"/> is; null where it is unknown or not <paramref name="owner"/>'s. The two take the same way and the same time: what is
    /// another's is not in this owner's part of the memory, and the store does not find it either.
    /// </summary>
    /// <param name="id">The id.</param>
    /// <param name="owner">Who asks.</param>
    /// <param name="patience">How long the request still waits for what may be on its way.</param>
    /// <param name="cancellationToken">Ends when the caller hangs up.</param>
    /// <exception cref="SessionStoreException">The store could not be asked.</exception>
    public async ValueTask<Pin?> FindAsync(SessionId id, string owner, LookupPatience patience, CancellationToken cancellationToken)
    {
        if (cache.TryGet(id, owner, out var known))
            return id.Kind == SessionKeyKind.Header ? await FollowAsync(known, cancellationToken) : known;
        while (true)
        {
            var since = cache.Forgotten.Now;
            if (await store.FindAsync(id, owner, cancellationToken) is { } found)
            {
                cache.Keep(found, since);
                return found;
            }

            if (!IsYoung(id) || patience.Take() is not { } wait)
                return null;
            await Task.Delay(wait, time, cancellationToken);
        }
    }

    /// <summary>Where a hint points that pointed there: whichever replica's backend could not serve has moved it. While the store is out, memory is good enough.</summary>
    private async ValueTask<Pin?> FollowAsync(Pin hint, CancellationToken cancellationToken)
    {
        try
        {
            var since = cache.Forgotten.Now;
            var found = await store.FindAsync(hint.Id, hint.Owner, cancellationToken);
            if (found is not null && found != hint)
                cache.Keep(found, since);
            return found;
        }
        catch (SessionStoreException)
        {
            return hint;
        }
    }

    /// <summary>Whether <paramref name="pin"/>, which is used now, is to be written again: what is used does not expire. Responses do, as the services let them.</summary>
    public bool IsWorthKeepingLonger(Pin pin) => pin.Id.Kind is SessionKeyKind.Conversation or SessionKeyKind.Id or SessionKeyKind.Header
        && time.GetUtcNow() + options.Value.Retention > pin.ExpiresAt + Pin.WorthKeepingLonger;

    /// <summary>By the time that an id tells itself: <c>resp_</c>, 16 hex digits of its chain, 2 of its kind, 8 of its second.</summary>
    private bool IsYoung(SessionId id)
    {
        const int start = 16 + 2, length = 8;
        var body = id.Text.AsSpan(id.Text.IndexOf('_') + 1);
        return id.Kind is SessionKeyKind.Response or SessionKeyKind.Item && body.Length > start + length
            && uint.TryParse(body.Slice(start, length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var seconds)
            && (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(seconds)).Duration() < s_young;
    }
}
