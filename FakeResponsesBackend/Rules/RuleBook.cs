using System.Text.Json;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Items;

namespace SessionAware.FakeResponsesBackend.Rules;

/// <summary>Scripted answers, tried in order before the emulated model speaks.</summary>
public sealed class RuleBook
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly IReadOnlyList<Entry> _entries;

    private RuleBook(IReadOnlyList<Entry> entries) => _entries = entries;

    /// <summary>No rules.</summary>
    public static RuleBook Empty { get; } = new([]);

    /// <summary>Reads a file; every fault in it is listed at once.</summary>
    public static (RuleBook Book, IReadOnlyList<string> Faults) Read(string path)
    {
        RulesFile? file;
        try
        {
            file = JsonSerializer.Deserialize(File.ReadAllBytes(path), RulesJson.Default.RulesFile);
        }
        catch (JsonException broken)
        {
            return (Empty, [$"{path}: {broken.Message}"]);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (Empty, [$"{path} cannot be read: {unreadable.Message}"]);
        }

        List<string> faults = [];
        List<Entry> entries = [];
        foreach (var (index, rule) in (file?.Rules ?? []).Index())
        {
            void Refuse(string fault) => faults.Add($"{path}: rules[{index}]{(rule.Name is { } name ? $" ('{name}')" : "")}: {fault}");
            Check(rule, Refuse);
            entries.Add(new(rule, Compile(rule.When.Text, "when.text", Refuse), Compile(rule.When.Output, "when.output", Refuse)));
        }

        return faults.Count > 0 ? (Empty, faults) : (new(entries), []);
    }

    /// <summary>The scripted answer to a prompt; null where no rule applies.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="otherwise">What the model itself would say, for a rule that only delays it.</param>
    public ModelAnswer? Answer(ModelPrompt prompt, Func<ModelPrompt, ModelAnswer> otherwise)
    {
        foreach (var entry in _entries)
        {
            if (entry.Match(prompt) is { } fill && entry.TrySpend())
                return Outcome(entry.Rule.Then, fill, () => otherwise(prompt));
        }

        return null;
    }

    private static ModelAnswer Outcome(RuleOutcome then, Func<string, string> fill, Func<ModelAnswer> otherwise)
    {
        List<Draft> drafts = then.Reasoning is { } thoughts ? [new ReasoningDraft(fill(thoughts))] : [];
        if (then.Answer is { } answer)
            drafts.Add(new TextDraft(fill(answer)));
        else if (then.Refuse is { } refusal)
            drafts.Add(new RefusalDraft(fill(refusal)));
        else if (then.Calls is { } calls)
            drafts.AddRange(calls.Select(call => new CallDraft(call.Name, fill(call.Arguments is { } arguments ? arguments.GetRawText() : "{}"))));
        else
            drafts.AddRange(otherwise().Drafts);
        return new(drafts) { Delay = TimeSpan.FromMilliseconds(then.DelayMs ?? 0) };
    }

    private static void Check(Rule rule, Action<string> refuse)
    {
        if (rule.When is { Text: null, Tool: null, Output: null, Model: null })
            refuse("when needs at least one of text, tool, output, model.");
        if (rule.When is { Output: not null, Tool: null })
            refuse("when.output needs when.tool.");
        var outcomes = new[] { rule.Then.Answer is not null, rule.Then.Refuse is not null, rule.Then.Calls is not null }.Count(given => given);
        if (outcomes > 1)
            refuse("then takes one of answer, calls, refuse.");
        if (outcomes == 0 && rule.Then is { DelayMs: null, Reasoning: null })
            refuse("then needs one of answer, calls, refuse, reasoning, delay_ms.");
        if (rule.Then.DelayMs is < 0 or > 3_600_000)
            refuse("then.delay_ms must be between 0 and 3600000.");
        if (rule.Times is < 1)
            refuse("times must be at least 1.");
        if (rule.Then.Calls is { Count: 0 })
            refuse("then.calls must not be empty.");
        foreach (var call in rule.Then.Calls ?? [])
        {
            if (call.Name.Length == 0)
                refuse("then.calls[].name must not be empty.");
            if (call.Arguments is { ValueKind: not JsonValueKind.Object })
                refuse("then.calls[].arguments must be an object.");
        }
    }

    private static Regex? Compile(string? pattern, string setting, Action<string> refuse)
    {
        try
        {
            return pattern is null ? null : new Regex(pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, s_patience);
        }
        catch (ArgumentException broken)
        {
            refuse($"{setting} is no regular expression: {broken.Message}");
            return null;
        }
    }

    private sealed class Entry(Rule rule, Regex? text, Regex? output)
    {
        private int _spent;

        public Rule Rule => rule;

        /// <summary>Fills the groups of what matched into a text; null where the rule does not apply.</summary>
        public Func<string, string>? Match(ModelPrompt prompt)
        {
            if (rule.When.Model is { } model && !model.Equals(prompt.Model, StringComparison.OrdinalIgnoreCase))
                return null;
            var answered = prompt.Items is [.., IToolCallOutput last] ? last : null;
            if (!ToolFits(prompt, answered))
                return null;
            var matched = output?.Match(answered!.OutputText) ?? text?.Match(prompt.LastTold);
            if (matched is { Success: false } || (output is not null && text?.IsMatch(prompt.LastTold) == false))
                return null;
            return matched is null ? template => template : matched.Result;
        }

        public bool TrySpend() => rule.Times is not { } times || Interlocked.Increment(ref _spent) <= times;

        private bool ToolFits(ModelPrompt prompt, IToolCallOutput? answered)
        {
            if (rule.When.Tool is not { } tool)
                return answered is null;
            return answered is not null && prompt.Items.OfType<IToolCall>().Any(call => call.CallId == answered.CallId && call.Name == tool);
        }
    }
}
