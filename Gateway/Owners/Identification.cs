using SessionAware.Gateway.Errors;

namespace SessionAware.Gateway.Owners;

/// <summary>Who a caller is, or the answer to whoever is nobody.</summary>
/// <param name="Owner">The owner; null where nobody knows them.</param>
/// <param name="Refusal">Why they are nobody; null where they are known.</param>
public readonly record struct Identification(string? Owner, GatewayError? Refusal)
{
    internal static Identification Of(string owner) => new(owner, Refusal: null);

    internal static Identification Refused(GatewayError error) => new(Owner: null, error);
}
