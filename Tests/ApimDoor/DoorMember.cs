namespace SessionAware.Tests.ApimDoor;

/// <summary>A backend in a pool.</summary>
internal sealed record DoorMember(DoorBackend Backend, int Priority, int Weight);
