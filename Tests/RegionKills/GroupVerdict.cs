using System.Text.Json.Nodes;
using SessionAware.Tests.ClientRetries;
using SessionAware.Tests.Replay;

namespace SessionAware.Tests.RegionKills;

/// <summary>Compares what became of a group's conversations with what had to become of them, which it makes out of what their callers saw.</summary>
internal sealed class GroupVerdict
{
    private readonly KilledGroup _group;
    private readonly ILookup<string, JournalledRequest> _journal;
    private readonly List<string> _faults = [];

    private GroupVerdict(KilledGroup group, ILookup<string, JournalledRequest> journal) => (_group, _journal) = (group, journal);

    public KillTally Tally { get; private set; }

    public IReadOnlyList<string> Faults => _faults;

    /// <param name="group">The group, at its end.</param>
    /// <param name="journal">What both regions have read, by the marker.</param>
    public static GroupVerdict Of(KilledGroup group, ILookup<string, JournalledRequest> journal)
    {
        var verdict = new GroupVerdict(group, journal);
        foreach (var conversation in group.Conversations)
            verdict.Judge(conversation);
        return verdict;
    }

    private void Judge(ReplayConversation conversation)
    {
        Tally += new KillTally { Conversations = 1 };
        var told = conversation.Told;
        foreach (var turn in told.Take(conversation.ToldBefore))
            Check(turn, turn.Response is not null && turn.Wire.Header("x-backend-id") == _group.Victim.Name, "is a completed turn of the victim's");
        if (told.Count <= conversation.ToldBefore)
        {
            _faults.Add($"{conversation.Plan.Number}: was over before it was hit");
            return;
        }

        var struck = told[conversation.ToldBefore];
        Check(struck, _journal[struck.Marker].Any(request => request.Region == _group.Victim.Name) == (_group.Phase.HangsAfter is not null), "was read by the victim where it was not idle");
        var isCut = conversation.Plan.Streams && _group.Phase.CutsStreams;
        if (isCut)
            CheckCut(struck);
        var asked = isCut ? told.ElementAtOrDefault(conversation.ToldBefore + 1) : struck;
        if (asked is null)
            _faults.Add($"{conversation.Plan.Number}: did not go on after it was cut");
        else if (asked.IsComplete)
            JudgeContinued(conversation, asked, isUncertain: _group.Phase.HangsAfter is not null && !isCut);
        else
            JudgeRefused(asked);
    }

    /// <summary>Nothing is pretended: what has come is followed by the error, and the HTTP answer ends properly.</summary>
    private void CheckCut(ToldTurn struck)
    {
        Check(struck, struck.IsCut && struck.Broken is null, $"ended with error and response.failed: {struck.Broken}");
        if (struck.IsCut)
        {
            var types = struck.Wire.Events.Select(item => item.Type).ToList();
            Check(struck, types.Count == _group.Phase.HangsAfter + 2 && types[0] == "response.created", $"brought just what the victim sent: {string.Join(' ', types)}");
            Check(struck, struck.Wire.Events.Select(item => item.Data["sequence_number"]?.GetValue<int>()).SequenceEqual(Enumerable.Range(0, types.Count).Cast<int?>()), "counts its events on");
            var failed = struck.Wire.Events[^1].Data["response"]!;
            Check(struck, failed["id"]?.GetValue<string>() == struck.ResponseId && failed["status"]?.GetValue<string>() == "failed" && failed["error"]?["code"] is not null, $"failed under its own id: {failed.ToJsonString()}");
        }
    }

    private void JudgeContinued(ReplayConversation conversation, ToldTurn asked, bool isUncertain)
    {
        Tally += new KillTally { Complete = 1 };
        List<ToldTurn> all = [.. conversation.Told.SkipWhile(turn => turn != asked)];
        // What follows a turn that failed says nothing new.
        if (!all.TrueForAll(turn => Check(turn, turn.Response is not null, "completed")) || !Check(all[^1], conversation.LastAnswer is not null, "is the end"))
            return;
        foreach (var turn in all)
        {
            Check(turn, turn.Wire.Header("x-backend-id") == _group.Survivor.Name, "was answered by the survivor");
            Check(turn, turn.Response!["previous_response_id"]?.GetValue<string>() == turn.Previous?.ResponseId, "names the response before as the caller did");
        }

        if (asked.Previous is null)
            CheckOwn(asked, "new", isUncertain);
        else
            CheckReplayed(asked, isUncertain);
        foreach (var turn in all.Where(turn => turn != asked && turn != conversation.Branch))
            CheckOwn(turn, "pinned", isUncertain: false);
        if (conversation.Branch is { } branch)
            CheckReplayed(branch, isUncertain: false);

        var recalls = new[] { conversation.LastAnswer, conversation.Branch?.OutputText }.OfType<string>().All(answer => answer.Contains(conversation.Plan.Script.Proof, StringComparison.Ordinal));
        Check(conversation.Told[^1], recalls, "recalls the word of turn 1");
        Tally += new KillTally { Continued = recalls ? 1 : 0 };
    }

    /// <summary>A turn of the survivor's own, sent as its caller said it.</summary>
    private void CheckOwn(ToldTurn turn, string affinity, bool isUncertain)
    {
        Check(turn, turn.Wire.Header("x-session-affinity") == affinity && turn.Wire.Header("x-session-replay").Length == 0, $"is {affinity}, and no replay");
        CheckMark(turn, isUncertain);
        CheckSent(turn, turn.Wire.Sent);
    }

    private void CheckReplayed(ToldTurn turn, bool isUncertain)
    {
        if (Check(turn, turn.Wire.Header("x-session-affinity") == "replayed", "was replayed"))
            Tally += new KillTally { Replays = 1 };
        var (header, expected) = (turn.Wire.Header("x-session-replay"), ReplayedInput.Header(turn, isUncertain));
        Check(turn, header == expected, $"says '{expected}'");
        CheckMark(turn, isUncertain);
        CheckSent(turn, ReplayedInput.Body(turn));
    }

    private void CheckSent(ToldTurn turn, JsonObject expected)
    {
        var sent = AtSurvivor(turn)?.Body;
        Check(turn, JsonNode.DeepEquals(expected, sent), $"was sent whole; expected {expected.ToJsonString()}, sent {sent?.ToJsonString()}");
    }

    private void CheckMark(ToldTurn turn, bool isUncertain)
    {
        Check(turn, AtSurvivor(turn)?.IsSecondAttempt == isUncertain, isUncertain ? "was marked as a second attempt" : "was sent without a mark");
        if (AtSurvivor(turn) is { IsSecondAttempt: true })
            Tally += new KillTally { SecondAttempts = 1 };
    }

    private void JudgeRefused(ToldTurn asked)
    {
        var (status, code) = asked.PendingCalls.Count > 0 ? (409, "tools_pending") : (503, "history_incomplete");
        var isRefused = (asked.Wire.Status, asked.ErrorCode) == (status, code);
        Check(asked, isRefused, $"was refused as {status} {code}");
        Check(asked, status != 409 || asked.Wire.Header("x-should-retry") == "false", "is not to be tried again");
        Check(asked, AtSurvivor(asked) is null, "was sent nowhere");
        Tally += new KillTally { Refused = isRefused ? 1 : 0 };
    }

    private JournalledRequest? AtSurvivor(ToldTurn turn) => _journal[turn.Marker].LastOrDefault(request => request.Region == _group.Survivor.Name);

    private bool Check(ToldTurn turn, bool holds, string what)
    {
        if (!holds)
        {
            var seen = $"{turn.Wire.Status} {turn.ErrorCode ?? turn.Broken} {turn.Wire.Header("x-backend-id")} {turn.Wire.Header("x-session-affinity")} '{turn.Wire.Header("x-session-replay")}'";
            _faults.Add($"{_group.Phase.Name}, {turn.Marker} after {turn.Chain.Count} turns ({seen}): not so: {what}");
        }

        return holds;
    }
}
