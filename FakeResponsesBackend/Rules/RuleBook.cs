using System.Text.Json;
using System.Text.Json.Nodes;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Responses;

namespace SessionAware.FakeResponsesBackend.Rules;

/// <summary>Scripted answers, tried in order before the emulated model speaks.</summary>
internal sealed class RuleBook
{
    private readonly IReadOnlyList<Entry> _entries;

    private RuleBook(IReadOnlyList<Entry> entries) => _entries = entries;

    /// <summary>No rules.</summary>
    public static RuleBook Empty { get; } = new([]);

    /// <summary>Reads a file; every fault in it is listed at once.</summary>
    public static (RuleBook Book, IReadOnlyList<string> Faults) Read(string path)
    {
        List<string> faults = [];
        try
        {
            var rules = new RuleReader(fault => faults.Add($"{path}: {fault}")).Read(File.ReadAllBytes(path));
            return (faults.Count == 0 ? new([.. rules.Select(rule => new Entry(rule))]) : Empty, faults);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return (Empty, [$"{path} cannot be read: {unreadable.Message}"]);
        }
    }

    /// <summary>Rules that were spent apply again.</summary>
    public void Reset()
    {
        foreach (var entry in _entries)
            entry.Restore();
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
            drafts.AddRange(calls.Select(call => new CallDraft(call.Name, Arguments(call.Arguments, fill))));
        else
            drafts.AddRange(otherwise().Drafts);
        return new(drafts) { Delay = then.Delay };
    }

    /// <summary>Arguments with what matched in their texts; filled text by text, so that no quote in a match breaks the JSON.</summary>
    private static string Arguments(JsonElement? scripted, Func<string, string> fill)
    {
        JsonNode? Filled(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Object => new JsonObject(value.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, Filled(property.Value)))),
            JsonValueKind.Array => new JsonArray([.. value.EnumerateArray().Select(Filled)]),
            JsonValueKind.String => JsonValue.Create(fill(value.GetString()!)),
            _ => JsonNode.Parse(value.GetRawText()),
        };
        return scripted is { } arguments ? Filled(arguments)!.ToJsonString(WireJson.Options) : "{}";
    }

    private sealed class Entry(Rule rule)
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
            var text = rule.When.Text?.Match(prompt.LastTold);
            var output = rule.When.Output?.Match(answered!.OutputText);
            if (text is { Success: false } || output is { Success: false })
                return null;
            var matched = output ?? text;
            return matched is null ? template => template : matched.Result;
        }

        public bool TrySpend() => rule.Times is not { } times || Interlocked.Increment(ref _spent) <= times;

        public void Restore() => Interlocked.Exchange(ref _spent, 0);

        private bool ToolFits(ModelPrompt prompt, IToolCallOutput? answered)
        {
            if (rule.When.Tool is not { } tool)
                return answered is null;
            return answered is not null && prompt.Items.OfType<IToolCall>().Any(call => call.CallId == answered.CallId && call.Name == tool);
        }
    }
}
