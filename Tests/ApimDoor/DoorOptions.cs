namespace SessionAware.Tests.ApimDoor;

/// <summary>What API Management would know of Azure, and the test has to tell.</summary>
public sealed record DoorOptions
{
    /// <summary>Each subscription's key, by its id.</summary>
    public required IReadOnlyDictionary<string, string> Subscriptions { get; init; }

    /// <summary>Where each host of the resources is on the loopback.</summary>
    public required IReadOnlyDictionary<string, string> Addresses { get; init; }

    /// <summary>A token of the managed identity, for a resource.</summary>
    public required Func<string, string> Token { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
