using System.Collections.Immutable;
using SessionAware.FakeResponsesBackend.Formats;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>
/// A run and its state machine. Every change gives the next state, or null where the present one does not allow it: so a worker that was overtaken by
/// the caller changes nothing.
/// </summary>
internal sealed record StoredRun
{
    /// <summary>The run as it is shown.</summary>
    public required RunBody Body { get; init; }

    /// <summary>The form of its answer.</summary>
    public required TextFormat Format { get; init; }

    /// <summary>Which tools may or must be called.</summary>
    public required ToolChoice Choice { get; init; }

    /// <summary>How much a reasoning model thinks, where it was told.</summary>
    public required string? Effort { get; init; }

    /// <summary>How long it may take.</summary>
    public required RunLifetime Lifetime { get; init; }

    /// <summary>What works for it now.</summary>
    public required RunWork Work { get; init; }

    /// <summary>What its model calls have cost.</summary>
    public required RunUsage Spent { get; init; }

    /// <summary>What the call of the model cost that asked for tools; their step shows it when it ends.</summary>
    public RunUsage? Pending { get; private init; }

    /// <summary>Oldest first.</summary>
    public ImmutableList<StepBody> Steps { get; private init; } = [];

    /// <summary>Calls and outputs of this run, oldest first; later runs are not given them.</summary>
    public ImmutableList<Item> Exchanged { get; private init; } = [];

    /// <summary>Whether it holds its thread.</summary>
    public bool IsActive => Body.Status is RunStatus.Queued or RunStatus.InProgress or RunStatus.RequiresAction or RunStatus.Cancelling;

    /// <summary>Roughly what it takes in memory.</summary>
    public long Bytes => 2048 + (2L * (Body.Instructions?.Length ?? 0)) + Body.Tools.Sum(tool => 512 + (2L * tool.Function.Parameters.GetRawText().Length))
        + (1024L * Steps.Count) + Exchanged.Sum(item => 256 + (2L * item.PlainText.Length));

    /// <summary>The model begins to work.</summary>
    public StoredRun? Begin(DateTimeOffset now) => Body.Status == RunStatus.Queued
        ? this with { Body = Body with { Status = RunStatus.InProgress, StartedAt = now.ToUnixTimeSeconds() } }
        : null;

    /// <summary>The model begins to make something.</summary>
    public StoredRun? Take(StepBody step) => Body.Status == RunStatus.InProgress ? this with { Steps = Steps.Add(step) } : null;

    /// <summary>The model has called tools.</summary>
    public StoredRun? AskForOutputs(IReadOnlyList<FunctionCallItem> calls, RunUsage usage)
    {
        if (Body.Status != RunStatus.InProgress)
            return null;
        var details = new CallStep([.. calls.Select(call => new StepCall(call.CallId, new(call.Name, call.Arguments, null)))]);
        return this with
        {
            Body = Body with
            {
                Status = RunStatus.RequiresAction,
                RequiredAction = new(new([.. calls.Select(call => new PendingCall(call.CallId, new(call.Name, call.Arguments)))])),
                ExpiresAt = Body.CreatedAt + (long)Lifetime.WaitingForTools.TotalSeconds,
            },
            Steps = Steps.SetItem(Steps.Count - 1, Steps[^1] with { Details = details }),
            Exchanged = Exchanged.AddRange(calls),
            Pending = usage,
            Spent = Spent.Plus(usage),
        };
    }

    /// <summary>The caller sends what its tools gave back; another worker goes on.</summary>
    public StoredRun? Submit(IReadOnlyList<ToolAnswer> answers, RunWork work, DateTimeOffset now)
    {
        if (Body.Status != RunStatus.RequiresAction || Steps[^1].Details is not CallStep asked)
            return null;
        var outputs = answers.ToDictionary(answer => answer.CallId, answer => answer.Output);
        var details = new CallStep([.. asked.Calls.Select(call => call with { Function = call.Function with { Output = outputs[call.Id] } })]);
        return this with
        {
            Body = Body with { Status = RunStatus.Queued, RequiredAction = null },
            Steps = Steps.SetItem(Steps.Count - 1, (Steps[^1] with { Details = details }).End(RunStatus.Completed, now.ToUnixTimeSeconds(), Pending)),
            Exchanged = Exchanged.AddRange(asked.Calls.Select(call => new FunctionCallOutputItem("completed", call.Id, new(outputs[call.Id])))),
            Pending = null,
            Work = work,
        };
    }

    /// <summary>The model has answered; <paramref name="limit"/> names what cut the answer, if something did.</summary>
    public StoredRun? Answer(RunUsage usage, string? limit, DateTimeOffset now)
    {
        if (Body.Status != RunStatus.InProgress)
            return null;
        var at = now.ToUnixTimeSeconds();
        var counted = this with { Spent = Spent.Plus(usage), Steps = [.. Steps.Select(step => step.End(RunStatus.Completed, at, usage))] };
        return limit is null
            ? counted.End(RunStatus.Completed, at, body => body with { CompletedAt = at })
            : counted.End(RunStatus.Incomplete, at, body => body with { IncompleteDetails = new(limit) });
    }

    /// <summary>Something went wrong.</summary>
    public StoredRun? Fail(RunError error, DateTimeOffset now) =>
        IsActive ? End(RunStatus.Failed, now.ToUnixTimeSeconds(), body => body with { FailedAt = now.ToUnixTimeSeconds(), LastError = error }) : null;

    /// <summary>The caller wants it ended.</summary>
    public StoredRun? Cancel() => IsActive && Body.Status != RunStatus.Cancelling ? this with { Body = Body with { Status = RunStatus.Cancelling } } : null;

    /// <summary>It has stopped as the caller wanted.</summary>
    public StoredRun? Stop(DateTimeOffset now) => Body.Status == RunStatus.Cancelling
        ? End(RunStatus.Cancelled, now.ToUnixTimeSeconds(), body => body with { CancelledAt = now.ToUnixTimeSeconds() })
        : null;

    /// <summary>Its time is over; when that was stays to be read.</summary>
    public StoredRun? Expire(DateTimeOffset now) =>
        IsActive && Body.ExpiresAt is { } end && now.ToUnixTimeSeconds() >= end ? End(RunStatus.Expired, end, body => body with { ExpiresAt = end }) : null;

    private StoredRun End(string status, long at, Func<RunBody, RunBody> finish)
    {
        var body = finish(Body with { Status = status, ExpiresAt = null, RequiredAction = null, Usage = Spent });
        return this with { Body = body, Steps = [.. Steps.Select(step => step.End(status, at, error: body.LastError))] };
    }
}
