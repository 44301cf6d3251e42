namespace SessionAware.Gateway.Sessions;

/// <summary>A session, or all that an owner has, is to be erased: one of the two is set.</summary>
/// <param name="Session">The session.</param>
/// <param name="Owner">The owner.</param>
public sealed record Erasure(string? Session, string? Owner);

/// <summary>Erasures in their order.</summary>
/// <param name="Erasures">Each once.</param>
/// <param name="Mark">Where to go on.</param>
public sealed record ErasureList(IReadOnlyList<Erasure> Erasures, string Mark);
