using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Threads;

/// <summary>The <c>thread.run.step</c> object: <c>expires_at</c> where the specification says <c>expired_at</c>, and no metadata, as recorded.</summary>
public sealed record StepBody : IListed
{
    /// <summary><c>step_…</c>.</summary>
    [JsonPropertyName("id")]
    public required string Id { get; init; }

    /// <summary>Always <c>thread.run.step</c>.</summary>
    [JsonPropertyName("object")]
    public string Object => "thread.run.step";

    /// <summary>Unix seconds.</summary>
    [JsonPropertyName("created_at")]
    public required long CreatedAt { get; init; }

    /// <summary>The run that it is a step of.</summary>
    [JsonPropertyName("run_id")]
    public required string RunId { get; init; }

    /// <summary>Who works.</summary>
    [JsonPropertyName("assistant_id")]
    public required string AssistantId { get; init; }

    /// <summary>On what.</summary>
    [JsonPropertyName("thread_id")]
    public required string ThreadId { get; init; }

    /// <summary><c>message_creation</c> or <c>tool_calls</c>.</summary>
    [JsonPropertyName("type")]
    public string Type => Details is MessageStep ? "message_creation" : "tool_calls";

    /// <summary><c>in_progress</c>, <c>completed</c>, <c>cancelled</c>, <c>failed</c> or <c>expired</c>.</summary>
    [JsonPropertyName("status")]
    public string Status { get; init; } = RunStatus.InProgress;

    /// <summary>When it was cancelled.</summary>
    [JsonPropertyName("cancelled_at")]
    public long? CancelledAt { get; init; }

    /// <summary>When it was completed.</summary>
    [JsonPropertyName("completed_at")]
    public long? CompletedAt { get; init; }

    /// <summary>When its run expires; null once it has ended otherwise.</summary>
    [JsonPropertyName("expires_at")]
    public required long? ExpiresAt { get; init; }

    /// <summary>When it failed.</summary>
    [JsonPropertyName("failed_at")]
    public long? FailedAt { get; init; }

    /// <summary>Why it failed.</summary>
    [JsonPropertyName("last_error")]
    public RunError? LastError { get; init; }

    /// <summary>What is done.</summary>
    [JsonPropertyName("step_details")]
    public required StepDetails Details { get; init; }

    /// <summary>What it cost; null until it has ended.</summary>
    [JsonPropertyName("usage")]
    public RunUsage? Usage { get; init; }

    /// <summary>The step ended with its run, unless it had ended before.</summary>
    internal StepBody End(string status, long at, RunUsage? usage = null, RunError? error = null) => Status != RunStatus.InProgress ? this : this with
    {
        Status = status,
        CompletedAt = status == RunStatus.Completed ? at : null,
        CancelledAt = status == RunStatus.Cancelled ? at : null,
        FailedAt = status == RunStatus.Failed ? at : null,
        ExpiresAt = status == RunStatus.Expired ? ExpiresAt : null,
        LastError = error,
        Usage = usage,
    };
}

/// <summary>What a step does.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MessageStep), "message_creation")]
[JsonDerivedType(typeof(CallStep), "tool_calls")]
public abstract record StepDetails;

/// <summary>It writes a message.</summary>
public sealed record MessageStep([property: JsonPropertyName("message_creation")] MessageCreation Creation) : StepDetails;

/// <summary>The message.</summary>
public sealed record MessageCreation([property: JsonPropertyName("message_id")] string MessageId);

/// <summary>It has tools called.</summary>
public sealed record CallStep([property: JsonPropertyName("tool_calls")] IReadOnlyList<StepCall> Calls) : StepDetails;

/// <summary>One call.</summary>
public sealed record StepCall(
    [property: JsonPropertyName("id"), JsonPropertyOrder(0)] string Id,
    [property: JsonPropertyName("function"), JsonPropertyOrder(2)] StepFunction Function)
{
    /// <summary>Always <c>function</c>.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(1)]
    public string Type => "function";
}

/// <summary>The function, its arguments, and what the caller sent back; null until then.</summary>
public sealed record StepFunction(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("arguments")] string Arguments,
    [property: JsonPropertyName("output")] string? Output);
