using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.FakeResponsesBackend.Rules;

/// <summary>The file <c>rules.json</c>.</summary>
public sealed record RulesFile
{
    /// <summary>For editors; ignored.</summary>
    [JsonPropertyName("$schema")]
    public string? Schema { get; init; }

    /// <summary>Rules in the order in which they are tried.</summary>
    [JsonPropertyName("rules")]
    public required IReadOnlyList<Rule> Rules { get; init; }
}

/// <summary>One scripted answer: when it applies, and what the model does then.</summary>
public sealed record Rule
{
    /// <summary>Names the rule in messages.</summary>
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    /// <summary>Everything that must fit.</summary>
    [JsonPropertyName("when")]
    public required RuleCondition When { get; init; }

    /// <summary>What happens.</summary>
    [JsonPropertyName("then")]
    public required RuleOutcome Then { get; init; }

    /// <summary>How often the rule applies before it is spent; absent: always.</summary>
    [JsonPropertyName("times")]
    public int? Times { get; init; }
}

/// <summary>When a rule applies.</summary>
public sealed record RuleCondition
{
    /// <summary>A regular expression that the last user text must match, in any case; its groups may be used in the outcome as <c>$1</c> or <c>${name}</c>.</summary>
    [JsonPropertyName("text")]
    public string? Text { get; init; }

    /// <summary>The tool whose output is the last item; without it, a rule applies only where no tool has just answered.</summary>
    [JsonPropertyName("tool")]
    public string? Tool { get; init; }

    /// <summary>A regular expression that this output must match; its groups go before those of the text.</summary>
    [JsonPropertyName("output")]
    public string? Output { get; init; }

    /// <summary>The deployment.</summary>
    [JsonPropertyName("model")]
    public string? Model { get; init; }
}

/// <summary>What a rule does: one of answer, calls and refuse; before it may go thoughts and a delay. A delay alone delays what the model itself would say.</summary>
public sealed record RuleOutcome
{
    /// <summary>Says this.</summary>
    [JsonPropertyName("answer")]
    public string? Answer { get; init; }

    /// <summary>Calls these tools, offered or not.</summary>
    [JsonPropertyName("calls")]
    public IReadOnlyList<ScriptedCall>? Calls { get; init; }

    /// <summary>Refuses with this text.</summary>
    [JsonPropertyName("refuse")]
    public string? Refuse { get; init; }

    /// <summary>Thinks this first.</summary>
    [JsonPropertyName("reasoning")]
    public string? Reasoning { get; init; }

    /// <summary>Waits first, in milliseconds.</summary>
    [JsonPropertyName("delay_ms")]
    public int? DelayMs { get; init; }
}

/// <summary>A scripted call of a function.</summary>
public sealed record ScriptedCall
{
    /// <summary>The function.</summary>
    [JsonPropertyName("name")]
    public required string Name { get; init; }

    /// <summary>Its arguments, a JSON object.</summary>
    [JsonPropertyName("arguments")]
    public JsonElement? Arguments { get; init; }
}

/// <summary>Reads <c>rules.json</c>: names spelt out, nothing unknown passes.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(RulesFile))]
internal sealed partial class RulesJson : JsonSerializerContext;
