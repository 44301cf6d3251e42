using System.Text.Json;
using System.Text.RegularExpressions;

namespace SessionAware.FakeResponsesBackend.Rules;

/// <summary>One scripted answer: when it applies, and what the model does then.</summary>
/// <param name="When">Everything that must fit.</param>
/// <param name="Then">What happens.</param>
/// <param name="Times">How often the rule applies before it is spent; null: always.</param>
internal sealed record Rule(RuleCondition When, RuleOutcome Then, int? Times);

/// <summary>When a rule applies.</summary>
/// <param name="Text">What the last user text must match; its groups may be used in the outcome as <c>$1</c> or <c>${name}</c>.</param>
/// <param name="Tool">The tool whose output is the last item; without it, a rule applies only where no tool has just answered.</param>
/// <param name="Output">What this output must match; its groups go before those of the text.</param>
/// <param name="Model">The deployment.</param>
internal sealed record RuleCondition(Regex? Text, string? Tool, Regex? Output, string? Model);

/// <summary>What a rule does: one of answer, calls and refuse; before it may go thoughts and a delay. A delay alone delays what the model itself would say.</summary>
/// <param name="Answer">Says this.</param>
/// <param name="Calls">Calls these tools, offered or not; null: none.</param>
/// <param name="Refuse">Refuses with this text.</param>
/// <param name="Reasoning">Thinks this first.</param>
/// <param name="Delay">Waits first.</param>
internal sealed record RuleOutcome(string? Answer, IReadOnlyList<ScriptedCall>? Calls, string? Refuse, string? Reasoning, TimeSpan Delay);

/// <summary>A scripted call of a function.</summary>
/// <param name="Name">The function.</param>
/// <param name="Arguments">Its arguments, a JSON object; null: an empty one.</param>
internal sealed record ScriptedCall(string Name, JsonElement? Arguments);
