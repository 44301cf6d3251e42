namespace SessionAware.Gateway.Pools;

/// <summary>A backend in a pool.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="Weight">Its share among the members of the same priority, in proportion to theirs; 0: only while no other of them can serve.</param>
public sealed record PoolMember(BackendModel Backend, int Weight);
