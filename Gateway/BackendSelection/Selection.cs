using SessionAware.Gateway.Pools;

namespace SessionAware.Gateway.BackendSelection;

/// <summary>The backend for one request, and why.</summary>
public readonly record struct Selection(BackendModel Backend, AffinityOutcome Affinity);
