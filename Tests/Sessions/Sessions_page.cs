using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using NJsonSchema;
using SessionAware.Gateway.Errors;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Sessions;

/// <summary><c>docs/sessions.md</c> has every setting with its default, every key of a pool, every code, and nothing that there is not; its example works.</summary>
public sealed partial class Sessions_page
{
    private static readonly string s_page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sessions.md"));

    [Fact]
    public void Settings_of_the_page_are_those_of_the_gateway() => Assert.Equal(
        SettingsOf(typeof(SessionsOptions), "Gateway__Sessions").Concat(SettingsOf(typeof(OwnersOptions), "Gateway__Owners")).Order(StringComparer.Ordinal),
        Rows().SelectMany(row => Named(row[0])).Where(name => name.StartsWith("Gateway__", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void Defaults_of_the_page_are_those_of_the_gateway()
    {
        var options = new SessionsOptions();
        var told = Rows().Where(row => Named(row[0]).Any(name => name.StartsWith("Gateway__Sessions__", StringComparison.Ordinal)))
            .SelectMany(row => Named(row[0]).Zip(row[1].Split(", "), (name, text) => (name.Split("__")[^1], text)));

        Assert.Equal(
            typeof(SessionsOptions).GetProperties().Select(property => (property.Name, Text(property.GetValue(options)!))).Order(),
            told.Order());
    }

    [Fact]
    public void Every_setting_that_the_text_speaks_of_is_there()
    {
        var known = SettingsOf(typeof(SessionsOptions), "Gateway__Sessions").Concat(SettingsOf(typeof(OwnersOptions), "Gateway__Owners"))
            .Concat(typeof(SessionAware.Gateway.GatewayOptions).GetProperties().Select(property => $"Gateway__{property.Name}")).ToList();

        Assert.All(Setting().Matches(s_page).Select(match => match.Value), name => Assert.Contains(name, known));
    }

    [Fact]
    public async Task Fields_of_a_pool_are_those_of_the_schema()
    {
        var schema = await JsonSchema.FromFileAsync(Path.Combine(Repository.Root, "docs", "pools.schema.json"), TestContext.Current.CancellationToken);
        var pool = schema.Definitions["pool"].Properties["sessionAware"].ActualSchema.Properties.Keys;
        var key = schema.Definitions["sessionKey"].ActualSchema.Properties.Keys;

        Assert.Equal(["field", "header", "path"], key.Order());
        // What becomes of a session that cannot be served is told in pools.md: with ids there is no choice.
        Assert.All(pool.Concat(key).Except(["onUnavailable"]), field => Assert.Matches($"""["`]{field}["`]""", s_page));
        Assert.All(Property().Matches(s_page).Select(match => match.Groups["name"].Value), name => Assert.Contains(name, pool.Concat(key).Append("sessionAware")));
        Assert.All(
            schema.Definitions["pool"].Properties["sessionAware"].ActualSchema.Properties.Where(property => property.Key is not ("onUnavailable" or "affinity"))
                .SelectMany(property => property.Value.ActualSchema.Enumeration.Concat(property.Value.ActualSchema.Item?.ActualSchema.Enumeration ?? [])),
            value => Assert.Contains($"`{value}`", s_page, StringComparison.Ordinal));
    }

    [Fact]
    public void Session_keys_of_the_page_are_those_that_answers_tell() => Assert.Equal(
        // Encrypted content is an item's, as far as callers are told, and an attempt tells no session.
        Enum.GetValues<SessionKeyKind>().Except([SessionKeyKind.None, SessionKeyKind.EncryptedContent, SessionKeyKind.Attempt]).Select(kind => $"`{kind.ToString().ToLowerInvariant()}`").Order(),
        Rows().Where(row => int.TryParse(row[0], out _)).SelectMany(row => row[2].Split(", ")).Distinct().Order());

    [Fact]
    public void Codes_of_the_page_are_those_of_the_gateway()
    {
        var ofReplays = CodesOf(typeof(ReplayErrors));

        Assert.All(ofReplays, code => Assert.Contains($"`{code}`", s_page, StringComparison.Ordinal));
        Assert.Equal(
            CodesOf(typeof(SessionErrors)).Order(StringComparer.Ordinal),
            Code().Matches(s_page).Select(match => match.Groups["code"].Value).Distinct().Except(ofReplays).Order(StringComparer.Ordinal));
    }

    private static List<string> CodesOf(Type errors) => [.. errors.GetMethods(BindingFlags.Static | BindingFlags.Public).Where(method => method.ReturnType == typeof(GatewayError))
        .Select(method => ((GatewayError)method.Invoke(null, [.. method.GetParameters().Select(parameter => ArgumentOf(parameter.ParameterType))])!).Code)
        .OfType<string>().Distinct()];

    private static object? ArgumentOf(Type type) =>
        type == typeof(PathString) ? new PathString("/x")
        : type == typeof(long) ? 1L
        : type == typeof(TimeSpan?) ? null
        : type == typeof(PoolModel) ? new PoolModel("x", [], AffinityCookie: null, UnavailablePolicy.Fail, 503, Ids: null)
        : type == typeof(IEnumerable<string>) ? new[] { "x" }
        : "x";

    [Fact]
    public async Task Example_pins_threads_as_it_says()
    {
        var pools = PoolsText.Write($$"""
            {
              "backends": [ { "name": "eastus2" }, { "name": "westus" } ],
              "pools": [ { "name": "pool", "properties": { "pool": { "services": [ { "id": "/backends/eastus2" }, { "id": "/backends/westus" } ] } }, {{Example().Match(s_page).Groups["json"].Value}} } ],
              "apis": [ { "name": "pool", "properties": { "path": "pool" }, "sessionAware": { "pool": "pool" } } ]
            }
            """);
        await using var world = await IdWorld.StartAsync(("Gateway:PoolsFile", pools));
        using var caller = IdWorld.Call(world.Gateway, "pool");
        (string, string) beta = ("OpenAI-Beta", "assistants=v2");

        for (var round = 0; round < 4; round++)
        {
            var assistant = await caller.SendAsync(HttpMethod.Post, "openai/v1/assistants", new { model = "gpt-4o-mini" }, beta);
            var run = await caller.SendAsync(HttpMethod.Post, "openai/v1/threads/runs", new { assistant_id = assistant.Id }, beta);
            Assert.True(run.Status == 200, run.Text);
            var messages = await caller.SendAsync(HttpMethod.Get, $"openai/v1/threads/{run.Json["thread_id"]}/messages", body: null, beta);

            Assert.Equal(
                (200, assistant.Header("x-backend-id"), "pinned", "id"),
                (messages.Status, messages.Header("x-backend-id"), messages.Header("x-session-affinity"), messages.Header("x-session-key")));
        }
    }

    /// <summary>Cells of all tables' rows.</summary>
    private static IEnumerable<string[]> Rows() =>
        s_page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    /// <summary>The settings that a cell names; "…" stands for what they share with the one before.</summary>
    private static IEnumerable<string> Named(string cell)
    {
        var before = "";
        foreach (Match match in Quoted().Matches(cell))
        {
            var name = match.Groups["name"].Value;
            if (name.StartsWith('…'))
                name = before[..before.LastIndexOf("__", StringComparison.Ordinal)] + name[1..];
            yield return before = name;
        }
    }

    /// <summary>Every setting below a section, as environment variables name them.</summary>
    private static IEnumerable<string> SettingsOf(Type options, string section) => options.GetProperties().SelectMany(property =>
    {
        var name = $"{section}__{property.Name}";
        if (property.PropertyType.IsGenericType && property.PropertyType.GetGenericTypeDefinition() == typeof(IList<>))
            return property.PropertyType.GenericTypeArguments[0] is var item && item == typeof(string) ? [$"{name}__0"] : SettingsOf(item, $"{name}__0");
        if (property.PropertyType.Namespace == options.Namespace)
            return SettingsOf(property.PropertyType, name);
        return property.CanWrite ? [name] : Enumerable.Empty<string>();
    });

    private static string Text(object value) => value switch
    {
        string text => $"`{text}`",
        TimeSpan { TotalDays: >= 1 } span => $"{span.TotalDays:0} days",
        TimeSpan span => $"{span.TotalSeconds:0} s",
        IConvertible number when number.ToInt64(CultureInfo.InvariantCulture) is var bytes and >= 1024 * 1024 && bytes % (1024 * 1024) == 0 => $"{bytes / (1024 * 1024)} MiB",
        IFormattable number => number.ToString("N0", CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"Gateway__\w+")]
    private static partial Regex Setting();

    [GeneratedRegex("\"(?<name>\\w+)\":")]
    private static partial Regex Property();

    [GeneratedRegex(@"\b[45]\d\d\s+`(?<code>[a-z_]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("```json\n(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
