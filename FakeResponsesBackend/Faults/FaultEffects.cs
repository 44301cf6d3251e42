using System.Globalization;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Regions;
using SessionAware.FakeResponsesBackend.Streaming;

namespace SessionAware.FakeResponsesBackend.Faults;

/// <summary>What faults do to one request: an answer in place of the region's, or conditions under which the region answers.</summary>
/// <param name="Answer">The answer instead; null: the region answers.</param>
/// <param name="CloseConnection">There is no answer at all.</param>
/// <param name="Hang">There is never an answer.</param>
/// <param name="Conditions">How the region's own answer goes wrong.</param>
internal sealed record FaultEffects(ApiError? Answer, bool CloseConnection, bool Hang, RequestFaults Conditions)
{
    /// <summary>Takes the faults that hit a request, enters them into the journal, and says what they do.</summary>
    public static FaultEffects Strike(FaultBoard board, RegionMemory memory, RequestFacts request, JournalEntry entry, RegionOptions region)
    {
        var faults = board.Take(request);
        entry.Faults = [.. faults.Select(fault => fault.Id)];
        if (faults.Any(fault => fault.LoseState))
            memory.LoseState();
        return Of(faults, request.Body, region);
    }

    /// <summary>The effects of faults together; the first answer wins.</summary>
    public static FaultEffects Of(IReadOnlyList<Fault> faults, BodyFacts body, RegionOptions region) =>
        faults.Aggregate(new FaultEffects(null, false, false, RequestFaults.None), (effects, fault) => effects.With(fault, body, region));

    private FaultEffects With(Fault fault, BodyFacts body, RegionOptions region)
    {
        switch (fault.Kind)
        {
            case FaultKind.Outage when fault.CloseConnection:
                return this with { CloseConnection = true };
            case FaultKind.Outage:
                return this with { Answer = Answer ?? Outage(fault) };
            case FaultKind.Throttle or FaultKind.Error when fault.InStream && body.Stream:
                return this with { Conditions = Conditions with { StreamError = new(fault.AfterEvents, Streamed(fault, region.Flavor), StatusOf(fault)) } };
            case FaultKind.Throttle:
                return this with { Answer = Answer ?? Throttle(fault, body, region) };
            case FaultKind.Error:
                return this with { Answer = Answer ?? Failure(fault) };
            case FaultKind.Latency:
                return this with { Conditions = Conditions with { Latency = new(TimeSpan.FromMilliseconds(fault.FirstTokenMs ?? 0), fault.TokensPerSecond ?? 0, fault.Jitter ?? 0) } };
            case FaultKind.Cut when fault.AfterEvents == 0:
                return this with { CloseConnection = true };
            case FaultKind.Cut:
                return this with { Conditions = Conditions with { CutAfter = fault.AfterEvents } };
            case FaultKind.Hang when fault.AfterEvents == 0:
                return this with { Hang = true };
            case FaultKind.Hang:
                return this with { Conditions = Conditions with { HangAfter = fault.AfterEvents } };
            case FaultKind.VisibilityLag:
                return this with { Conditions = Conditions with { VisibilityLag = TimeSpan.FromMilliseconds(fault.LagMs ?? 0) } };
            default:
                return this;
        }
    }

    private static int StatusOf(Fault fault) => fault.Status ?? (fault.Kind == FaultKind.Throttle ? StatusCodes.Status429TooManyRequests : StatusCodes.Status500InternalServerError);

    private static ApiError Outage(Fault fault) => new(
        fault.Status ?? 503, fault.Message ?? "The service is temporarily unable to process your request. Please try again later.", "server_error", null, fault.Code ?? "service_unavailable")
    {
        Headers = RetryAfter(fault.RetryAfterMs),
    };

    private static ApiError Throttle(Fault fault, BodyFacts body, RegionOptions region)
    {
        var retryAfter = fault.RetryAfterMs ?? 1000;
        var error = region.Flavor == ApiFlavor.Azure
            ? ApiErrors.AzureRateLimit(body.Model ?? "the model", AzureRegionNames.Display(region.Name), Seconds(retryAfter))
            : fault.Code == "insufficient_quota" ? ApiErrors.InsufficientQuota()
            : ApiErrors.OpenAIRateLimit(body.Model ?? "the model", "tokens", 30_000, 30_000, 1000, TimeSpan.FromMilliseconds(retryAfter));
        return error with { Message = fault.Message ?? error.Message, Code = fault.Code ?? error.Code, Headers = RetryAfter(retryAfter) };
    }

    private static ApiError Failure(Fault fault)
    {
        var error = ApiErrors.Internal();
        return error with { Status = fault.Status ?? error.Status, Message = fault.Message ?? error.Message, Code = fault.Code ?? error.Code, Headers = RetryAfter(fault.RetryAfterMs) };
    }

    private static StreamError Streamed(Fault fault, ApiFlavor flavor) => (fault.Kind, flavor) switch
    {
        (FaultKind.Throttle, ApiFlavor.Azure) => new(
            "too_many_requests", fault.Code ?? "no_capacity",
            fault.Message ?? "The system is currently experiencing high demand and cannot process your request. Please try again later.", null,
            new Dictionary<string, string> { ["skip-error-remapping"] = "true" }),
        (FaultKind.Throttle, _) => new(
            "tokens", fault.Code ?? "rate_limit_exceeded", fault.Message ?? "Rate limit reached. Please try again later.", null, null),
        _ => new(
            "server_error", fault.Code ?? "server_error", fault.Message ?? "The server had an error while processing your request. Sorry about that!", null, null),
    };

    private static Dictionary<string, string> RetryAfter(int? milliseconds) => milliseconds is { } wait
        ? new() { ["Retry-After"] = Seconds(wait).ToString(CultureInfo.InvariantCulture), ["retry-after-ms"] = wait.ToString(CultureInfo.InvariantCulture) }
        : [];

    private static int Seconds(int milliseconds) => Math.Max(1, (milliseconds + 999) / 1000);
}
