using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Reports;

/// <summary>One run.</summary>
/// <param name="Api">The API's path.</param>
/// <param name="Run">What the table calls it.</param>
/// <param name="Streaming">Whether answers were streamed, all or those of the later half.</param>
/// <param name="Cookies"><c>None</c>, <c>PerConversation</c> or <c>PerProcess</c>.</param>
/// <param name="Skipped">Why it did not take place; null: it did.</param>
/// <param name="Conversations">How many there were.</param>
/// <param name="AtOnce">How many were held at the same time.</param>
/// <param name="Turns">How many turns each was to have.</param>
/// <param name="Kept">Conversations that were answered to the end and remembered.</param>
/// <param name="Broken">All others.</param>
/// <param name="Remembered">Conversations whose last answer held their own proof and no other's.</param>
/// <param name="Struck">The backend that the run's faults struck; null: there were none.</param>
/// <param name="Fates">What became of each conversation, those that went alike together.</param>
/// <param name="Errors">Failed turns by code and status.</param>
/// <param name="Regions">Turns by region.</param>
/// <param name="LatencyMs">Time of an answered turn until its end.</param>
/// <param name="FirstEventMs">Time of a streamed, answered turn until its first event.</param>
public sealed record RunReport(
    string Api,
    string Run,
    bool Streaming,
    string Cookies,
    string? Skipped,
    int Conversations,
    int AtOnce,
    int Turns,
    int Kept,
    int Broken,
    int Remembered,
    string? Struck,
    IReadOnlyList<FateReport> Fates,
    IReadOnlyList<ErrorCount> Errors,
    IReadOnlyDictionary<string, int> Regions,
    Percentiles LatencyMs,
    Percentiles FirstEventMs)
{
    /// <summary>Sums up <paramref name="result"/>.</summary>
    public static RunReport Of(RunResult result)
    {
        var answered = result.Turns.Where(turn => turn.Answered).ToList();
        return new(
            result.Run.Api,
            result.Run.Label,
            result.Run.IsStreamed,
            result.Run.Cookies.ToString(),
            result.Skipped,
            result.Conversations.Count,
            result.AtOnce,
            result.Run.Turns,
            Kept: result.Remembered,
            Broken: result.Conversations.Count - result.Remembered,
            result.Remembered,
            result.Struck,
            FateReport.Of(result),
            [.. result.Errors.Select(error => new ErrorCount(error.Code, error.Status, error.Count))],
            result.TurnsByRegion,
            Percentiles.Of(answered.Select(turn => turn.Elapsed)),
            Percentiles.Of(answered.Select(turn => turn.FirstEvent).OfType<TimeSpan>()));
    }
}

/// <summary>How often a turn failed so.</summary>
public sealed record ErrorCount(string Code, int Status, int Count);
