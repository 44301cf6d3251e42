using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.Credentials;

namespace SessionAware.Gateway.Pools;

/// <summary>A pool of backends.</summary>
/// <param name="Name">The name in <c>pools.json</c>.</param>
/// <param name="Groups">The members by priority, the first to serve first; at least one.</param>
/// <param name="AffinityCookie">The name of APIM's affinity cookie; null where the pool has no session affinity.</param>
/// <param name="OnUnavailable">What becomes of a session whose backend is tripped.</param>
/// <param name="FailureStatus">The status of the answer while no member can serve.</param>
/// <param name="Ids">Affinity by the ids in requests; null where the pool has none.</param>
public sealed record PoolModel(
    string Name, IReadOnlyList<PriorityGroup> Groups, string? AffinityCookie, UnavailablePolicy OnUnavailable, int FailureStatus, IdAffinity? Ids)
{
    /// <summary>All members, those that serve first in front.</summary>
    public IReadOnlyList<BackendModel> Backends { get; } = [.. Groups.SelectMany(group => group.Members).Select(member => member.Backend)];

    /// <summary>Whether the gateway signs all that goes to its backends as itself, whoever asks.</summary>
    public bool IsSigned { get; } = Groups.SelectMany(group => group.Members).Any(member => member.Backend.Signing != BackendSigning.KnownCallers);
}
