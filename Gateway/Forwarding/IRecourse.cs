using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;

namespace SessionAware.Gateway.Forwarding;

/// <summary>Where one request goes, and what it does when that does not serve it.</summary>
internal interface IRecourse
{
    /// <summary>Before anything is sent.</summary>
    /// <returns>The answer; null where attempts follow.</returns>
    ValueTask<IResult?> BeginAsync(CancellationToken cancellationToken) => default;

    /// <summary>Whether the head of an answer waits for its first event, however long that takes.</summary>
    bool HoldsHead => false;

    /// <summary>② Where the next attempt goes.</summary>
    Selection Select();

    /// <summary>Whether an answer of this outcome is withheld from the caller, for something else follows.</summary>
    bool Withholds(AttemptOutcome outcome);

    /// <summary>Whether an answer of this status has to be read, for it may say that the backend has lost what it should know.</summary>
    bool MayBeLost(int status) => false;

    /// <summary>Nobody can be selected.</summary>
    /// <returns>The answer; null where another attempt follows.</returns>
    ValueTask<IResult?> AfterRefusalAsync(Selection refused, CancellationToken cancellationToken);

    /// <summary>An answer was withheld.</summary>
    /// <returns>The answer instead; null where another attempt follows.</returns>
    ValueTask<IResult?> AfterFailureAsync(Attempt failed, CancellationToken cancellationToken);

    /// <summary>The caller has its answer, or has hung up.</summary>
    /// <param name="last">The latest attempt.</param>
    /// <param name="isServed">Whether it is that attempt's.</param>
    ValueTask EndAsync(Attempt? last, bool isServed) => ValueTask.CompletedTask;
}
