using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SessionAware.FakeResponsesBackend.Items;
using SessionAware.FakeResponsesBackend.Tools;

namespace SessionAware.FakeResponsesBackend.Generation;

/// <summary>Decides which tools to call: those that the user's last message is about, once for each place that it names, each call once.</summary>
internal static partial class ToolCalling
{
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonElement s_noParameters = JsonDocument.Parse("""{"type":"object","properties":{}}""").RootElement;

    // Words that nearly every tool's name or description has.
    private static readonly HashSet<string> s_generic =
        [.. Words.Content("get gets fetch fetches find finds look lookup call calls return returns list lists set sets run runs use using used function tool given specified value values name data info information current currently provide provides result results user users input output string number")];

    /// <summary>The calls to make now; none: the model answers in words.</summary>
    public static IReadOnlyList<Draft> Decide(ModelPrompt prompt)
    {
        List<Tool> callable = [.. prompt.ToolChoice.Of(prompt.Tools)];
        if (callable.Count == 0)
            return [];
        var must = prompt.ToolChoice.Mode == ToolChoiceMode.Required;
        var wanted = callable.Where(tool => IsAbout(prompt.LastTold, tool)).ToList();
        if (wanted.Count == 0 && must)
            wanted = [callable[0]];

        HashSet<Draft> made = [.. prompt.SinceLastTold.OfType<IToolCall>().Select(Draft)];
        List<Draft> calls = [.. wanted.SelectMany(tool => Calls(tool, prompt))];
        List<Draft> open = [.. calls.Where(call => !made.Contains(call))];
        if (open.Count == 0 && must)
            open = calls;
        return prompt.ParallelToolCalls ? open : [.. open.Take(1)];
    }

    private static IEnumerable<Draft> Calls(Tool tool, ModelPrompt prompt)
    {
        var evidence = new Evidence(prompt.Told);
        if (tool is not FunctionTool function)
            return [new CustomCallDraft(tool.Name, evidence.Quoted ?? prompt.LastTold)];
        var schema = function.Parameters ?? s_noParameters;
        return Enumerable.Range(0, SchemaFiller.TakesPlace(schema) ? Math.Max(1, evidence.Places.Count) : 1)
            .Select(index => new CallDraft(tool.Name, SchemaFiller.Fill(schema, evidence with { Index = index }).ToJsonString(s_json)));
    }

    private static Draft Draft(IToolCall call) => call switch
    {
        FunctionCallItem function => new CallDraft(function.Name, Compact(function.Arguments)),
        CustomToolCallItem custom => new CustomCallDraft(custom.Name, custom.Input),
        _ => throw new ArgumentOutOfRangeException(nameof(call)),
    };

    /// <summary>Clients send arguments back in their own layout.</summary>
    private static string Compact(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments)?.ToJsonString(s_json) ?? arguments;
        }
        catch (JsonException)
        {
            return arguments;
        }
    }

    private static bool IsAbout(string said, Tool tool)
    {
        if (Regex.IsMatch(said, $@"\b{Regex.Escape(tool.Name)}\b", RegexOptions.IgnoreCase))
            return true;
        var words = Words.Content(said);
        words.ExceptWith(s_generic);
        return words.Overlaps(Words.Content(WordBorder().Replace(tool.Name, " ")))
            || words.Intersect(Words.Content(tool.Description ?? "")).Count() > 1;
    }

    [GeneratedRegex(@"[_-]+|(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordBorder();
}
