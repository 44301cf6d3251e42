using System.Security.Cryptography;
using System.Text;

namespace SessionAware.Tests.ApimDoor;

/// <summary>A backend, or a pool of them. Circuit breakers are not played: no backend is ever left alone, and so the first priority serves everything.</summary>
internal sealed class DoorBackend
{
    private readonly Lock _lock = new();
    private readonly DoorMember[] _turns;
    private int _next;

    private DoorBackend(string name, Uri? url, IReadOnlyList<DoorMember> members, string? cookie)
    {
        (Name, Url, Cookie) = (name, url, cookie);
        // Each as often as it weighs; which of them comes first is not documented.
        var first = members.Where(member => member.Priority == members.Min(other => other.Priority)).ToList();
        _turns = [.. Enumerable.Range(0, first.Select(member => member.Weight).DefaultIfEmpty(0).Max()).SelectMany(round => first.Where(member => member.Weight > round))];
    }

    public string Name { get; }

    /// <summary>Null of a pool.</summary>
    public Uri? Url { get; }

    /// <summary>The name of the affinity cookie; null where there is none.</summary>
    public string? Cookie { get; }

    public static DoorBackend Single(string name, Uri url) => new(name, url, [], cookie: null);

    public static DoorBackend Pool(string name, IReadOnlyList<DoorMember> members, string? cookie) => new(name, url: null, members, cookie);

    /// <summary>Where the backend is whose turn it is, or whom the cookie names; and the cookie's value where the caller does not have it yet.</summary>
    public (Uri Address, string? NewCookie) Select(string cookies)
    {
        if (Url is not null)
            return (Url, null);
        // Neither its value nor its attributes are documented; it tells nobody who is behind it.
        var pinned = Cookie is null ? null : _turns.FirstOrDefault(member => cookies.Split(';', ',').Any(pair => pair.Trim() == $"{Cookie}={Seal(member.Backend.Name)}"));
        if (pinned is not null)
            return (pinned.Backend.Url!, null);
        lock (_lock)
        {
            var turn = _turns[_next++ % _turns.Length].Backend;
            return (turn.Url!, Cookie is null ? null : Seal(turn.Name));
        }
    }

    private static string Seal(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
