using SessionAware.Gateway.CircuitBreakers;

namespace SessionAware.Gateway.Replay;

/// <summary>Why a session's own backend does not serve a request.</summary>
internal enum Situation
{
    /// <summary>It does: its answer is the caller's, whatever it says.</summary>
    Served,

    /// <summary>It is asked too much.</summary>
    Throttled,

    /// <summary>It is out, and has not executed the request.</summary>
    Out,

    /// <summary>It was lost after it had been sent the request, and may have executed it.</summary>
    Uncertain,
}

/// <summary>Tells situations by outcomes.</summary>
internal static class Situations
{
    /// <summary>The situation of an attempt's outcome; what never reached the backend is 503 here, and what was lost on the way back 502 or 504.</summary>
    public static Situation Of(AttemptOutcome outcome) => outcome.Status switch
    {
        StatusCodes.Status429TooManyRequests => Situation.Throttled,
        StatusCodes.Status503ServiceUnavailable => Situation.Out,
        StatusCodes.Status500InternalServerError or StatusCodes.Status502BadGateway or StatusCodes.Status504GatewayTimeout => Situation.Uncertain,
        _ => Situation.Served,
    };
}
