using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Requests;

namespace SessionAware.FakeResponsesBackend.Rules;

/// <summary>Reads <c>rules.json</c>, whose form is <c>docs/rules.schema.json</c>: every fault is told, nothing unknown passes.</summary>
internal sealed class RuleReader(Action<string> refuse)
{
    private const int LongestDelayMs = 3_600_000;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly JsonDocumentOptions s_lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly HashSet<string> s_fileFields = ["$schema", "rules"];
    private static readonly HashSet<string> s_ruleFields = ["name", "when", "then", "times"];
    private static readonly HashSet<string> s_whenFields = ["text", "tool", "output", "model"];
    private static readonly HashSet<string> s_thenFields = ["answer", "calls", "refuse", "reasoning", "delay_ms"];
    private static readonly string[] s_outcomes = ["answer", "calls", "refuse"];
    private static readonly HashSet<string> s_callFields = ["name", "arguments"];

    /// <summary>The rules of a file's text.</summary>
    public IReadOnlyList<Rule> Read(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            using var file = JsonDocument.Parse(utf8, s_lenient);
            if (file.RootElement.ValueKind == JsonValueKind.Object)
                return ReadFile(new FieldReader(file.RootElement, fault => refuse(fault.Message)));
            refuse("must be an object with 'rules'");
        }
        catch (JsonException broken)
        {
            refuse($"not valid JSON (line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1})");
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair or invalid UTF-8 shows only when a string is read.
            refuse("not valid JSON: a string is no Unicode text");
        }

        return [];
    }

    private List<Rule> ReadFile(FieldReader file)
    {
        file.OnlyKnown(s_fileFields);
        if (file.Value("rules") is null)
            file.Refuse(ParameterErrors.Missing("rules"));
        return [.. file.Objects("rules").Select(ReadRule)];
    }

    private Rule ReadRule(FieldReader rule)
    {
        rule.OnlyKnown(s_ruleFields);
        rule.Text("name");
        return new(
            Required(rule, "when") is { } when ? ReadWhen(when) : new(null, null, null, null),
            Required(rule, "then") is { } then ? ReadThen(then) : new(null, null, null, null, TimeSpan.Zero),
            rule.Integer("times", 1));
    }

    private RuleCondition ReadWhen(FieldReader when)
    {
        when.OnlyKnown(s_whenFields);
        if (s_whenFields.All(field => when.Value(field) is null))
            refuse($"{when.Path} needs at least one of text, tool, output, model.");
        if (when.Value("output") is not null && when.Value("tool") is null)
            refuse($"{when.PathOf("output")} needs when.tool.");
        return new(Pattern(when, "text"), when.Text("tool"), Pattern(when, "output"), when.Text("model"));
    }

    private RuleOutcome ReadThen(FieldReader then)
    {
        then.OnlyKnown(s_thenFields);
        if (s_thenFields.All(field => then.Value(field) is null))
            refuse($"{then.Path} needs one of answer, calls, refuse, reasoning, delay_ms.");
        if (s_outcomes.Count(field => then.Value(field) is not null) > 1)
            refuse($"{then.Path} takes one of answer, calls, refuse.");
        return new(
            then.Text("answer"), ReadCalls(then), then.Text("refuse"), then.Text("reasoning"), TimeSpan.FromMilliseconds(then.Integer("delay_ms", 0, LongestDelayMs) ?? 0));
    }

    private List<ScriptedCall>? ReadCalls(FieldReader then)
    {
        if (then.Value("calls") is not { } given)
            return null;
        if (given is { ValueKind: JsonValueKind.Array } && given.GetArrayLength() == 0)
            refuse($"{then.PathOf("calls")} must not be empty.");
        return [.. then.Objects("calls").Select(ReadCall)];
    }

    private ScriptedCall ReadCall(FieldReader call)
    {
        call.OnlyKnown(s_callFields);
        if (call.Value("name") is { ValueKind: JsonValueKind.String } name && name.ValueEquals(""))
            refuse($"{call.PathOf("name")} must not be empty.");
        return new(call.RequiredText("name"), call.Raw("arguments"));
    }

    private static FieldReader? Required(FieldReader rule, string name)
    {
        if (rule.Value(name) is null)
            rule.Refuse(ParameterErrors.Missing(rule.PathOf(name)));
        return rule.Object(name);
    }

    private Regex? Pattern(FieldReader when, string name)
    {
        try
        {
            return when.Text(name) is { } pattern ? new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, s_patience) : null;
        }
        catch (ArgumentException broken)
        {
            refuse($"{when.PathOf(name)} is no regular expression: {broken.Message}");
            return null;
        }
    }
}
