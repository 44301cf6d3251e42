using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SessionAware.Gateway.Pools;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary>The AppHost needs packages that are not everywhere; its text can be held against the templates and the local programs all the same.</summary>
public sealed partial class AppHost_wiring
{
    private static readonly string s_text = string.Join('\n', Directory.EnumerateFiles(Path.Combine(Repository.Root, "AppHost"), "*.cs").Order(StringComparer.Ordinal).Select(File.ReadAllText));

    [Fact]
    public void Every_template_is_deployed_and_no_other() => Assert.Equal(
        Directory.EnumerateFiles(AzurePreview.Folder, "*.bicep").Select(file => $"../infra/{Path.GetFileName(file)}").Order(StringComparer.Ordinal),
        Templates().Select(template => template.File).Order(StringComparer.Ordinal));

    /// <summary>What has no default is given, what is given is known; Aspire itself gives the location.</summary>
    [Fact]
    public async Task Every_template_gets_the_parameters_that_it_asks_for()
    {
        var compiled = (await CompiledTemplates.OnceAsync()).Templates;
        foreach (var template in Templates())
        {
            var parameters = compiled[Path.GetFileNameWithoutExtension(template.File)]["parameters"]!.AsObject();

            Assert.Empty(template.Parameters.Except(parameters.Select(parameter => parameter.Key)));
            Assert.Empty(parameters.Where(parameter => parameter.Key != "location" && parameter.Value!["defaultValue"] is null).Select(parameter => parameter.Key).Except(template.Parameters));
            // Text is all that every deploying tool can pass on.
            Assert.All(parameters, parameter => Assert.Contains($"{parameter.Value!["type"]}", (string[])["string", "securestring"]));
        }
    }

    [Fact]
    public async Task Every_output_that_is_asked_for_is_one()
    {
        var compiled = (await CompiledTemplates.OnceAsync()).Templates;
        var outputs = Templates().SelectMany(template => (compiled[Path.GetFileNameWithoutExtension(template.File)]["outputs"]?.AsObject() ?? []).Select(output => $"{template.Name}.{output.Key}"));

        var asked = Output().Matches(s_text).Select(match => $"{match.Groups["from"]}.{match.Groups["name"]}").ToHashSet();

        Assert.NotEmpty(asked);
        Assert.Equal(["apps.AZURE_CONTAINER_APPS_ENVIRONMENT_DEFAULT_DOMAIN"], asked.Except(outputs));
    }

    /// <summary>azd puts a reference into a template's parameter only where it is the whole of it.</summary>
    [Fact]
    public void No_parameter_of_a_template_has_text_around_an_output() =>
        Assert.DoesNotMatch(@"ReferenceExpression\.Create|\.WithParameter\(""[^""]+"", \$""", string.Concat(Template().Matches(s_text).Select(match => match.Value)));

    /// <summary>The policies that are deployed are those that previews and tests read.</summary>
    [Fact]
    public void Policies_are_the_files_of_the_preview()
    {
        var preview = File.ReadAllText(Path.Combine(AzurePreview.Folder, "preview", "apis.bicepparam"));

        Assert.Equal(
            LoadedPolicy().Matches(preview).ToDictionary(match => match.Groups["parameter"].Value, match => match.Groups["file"].Value),
            Policy().Matches(s_text).ToDictionary(match => match.Groups["parameter"].Value, match => match.Groups["file"].Value));
    }

    /// <summary>Whatever Standalone calls it, the dashboard and Azure call it, too.</summary>
    [Fact]
    public void Resources_have_the_names_that_they_have_everywhere()
    {
        Assert.Contains("""AddProject<Projects.Gateway>("gateway",""", s_text, StringComparison.Ordinal);
        Assert.Contains("""AddProject<Projects.ClientWorker>("worker",""", s_text, StringComparison.Ordinal);
        // Regions are called as their backends are, and addresses found by that name.
        Assert.Contains("AddProject<Projects.FakeResponsesBackend>(backend.Name,", s_text, StringComparison.Ordinal);
        Assert.Equal("Backends__x__Url", BackendAddresses.SettingOf("x"));
        Assert.Contains("$\"Backends__{backend.Name}__Url\"", s_text, StringComparison.Ordinal);
        Assert.Contains("$\"Lab__Regions__{backend.Name}\"", s_text, StringComparison.Ordinal);
    }

    [Fact]
    public void Pools_are_the_one_file_that_all_programs_read()
    {
        Assert.Equal("pools.json", new Gateway.GatewayOptions().PoolsFile);
        Assert.Contains("""System.IO.Path.GetFullPath(named ?? "pools.json", System.IO.Path.Combine(builder.AppHostDirectory, ".."))""", s_text, StringComparison.Ordinal);
        Assert.Contains("loadJsonContent('../../pools.json')", File.ReadAllText(Path.Combine(AzurePreview.Folder, "preview", "apis.bicepparam")), StringComparison.Ordinal);
    }

    [Fact]
    public void No_emulator_and_no_emulated_region_is_deployed()
    {
        var azure = File.ReadAllText(Path.Combine(Repository.Root, "AppHost", "AzureTopology.cs"));

        Assert.DoesNotMatch("FakeResponsesBackend|Emulator|Lab__Regions|_emulator", azure);
        Assert.DoesNotContain("IsPublishMode", s_text.Replace("if (builder.ExecutionContext.IsPublishMode)", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>azd takes one service alone where an AppHost describes the rest.</summary>
    [Fact]
    public void Azd_deploys_the_AppHost()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "azure.yaml")).Where(line => !line.StartsWith('#')).Select(line => line.TrimEnd()).ToList();

        Assert.Equal(["name: sessionaware", "services:", "  app:", "    language: dotnet", "    project: ./AppHost/AppHost.csproj", "    host: containerapp"], lines);
        Assert.True(File.Exists(Path.Combine(Repository.Root, "AppHost", "AppHost.csproj")));
    }

    private static List<(string Name, string File, HashSet<string> Parameters)> Templates() =>
        [.. Template().Matches(s_text).Select(match => (match.Groups["name"].Value, match.Groups["file"].Value, Parameter().Matches(match.Groups["rest"].Value).Select(parameter => parameter.Groups["name"].Value).ToHashSet()))];

    [GeneratedRegex("""AddBicepTemplate\("(?<name>[^"]+)", "(?<file>[^"]+)"\)(?<rest>[^;]*);""")]
    private static partial Regex Template();

    [GeneratedRegex("""\.WithParameter\("(?<name>[^"]+)",""")]
    private static partial Regex Parameter();

    [GeneratedRegex("""(?<from>\w+)\.GetOutput\("(?<name>[^"]+)"\)""")]
    private static partial Regex Output();

    [GeneratedRegex("""\.WithParameter\("(?<parameter>[^"]+)", builder\.Policy\("(?<file>[^"]+)"\)\)""")]
    private static partial Regex Policy();

    [GeneratedRegex(@"param (?<parameter>\w+) = base64\(loadTextContent\('\.\./policies/(?<file>[^']+)'\)\)")]
    private static partial Regex LoadedPolicy();
}
