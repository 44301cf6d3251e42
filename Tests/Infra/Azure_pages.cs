using System.Text.RegularExpressions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary><c>docs/azure.md</c> and <c>docs/from-the-lab.md</c> say what is there.</summary>
public sealed partial class Azure_pages
{
    private static readonly string s_page = Read("docs", "azure.md");
    private static readonly string s_azure = Read("AppHost", "AzureTopology.cs");

    [Fact]
    public void Every_template_is_in_the_table() =>
        Assert.All(Directory.EnumerateFiles(AzurePreview.Folder, "*.bicep"), file => Assert.Contains($"| `infra/{Path.GetFileName(file)}` |", s_page, StringComparison.Ordinal));

    /// <summary>azd takes them from its environment, in capitals; a name with a hyphen would be an output that is no identifier in Bicep.</summary>
    [Fact]
    public void Every_parameter_is_in_the_table_with_its_default()
    {
        var parameters = Parameter().Matches(s_azure);

        Assert.Equal(5, parameters.Count);
        Assert.All(parameters, parameter =>
        {
            var name = parameter.Groups["name"].Value;
            Assert.Matches("^[a-zA-Z]+$", name);
            Assert.Contains($"| `{name}` | `{parameter.Groups["value"].Value}` | `AZURE_{Capital().Replace(name, "_$0").ToUpperInvariant()}` |", s_page, StringComparison.Ordinal);
        });
        Assert.Equal(["labKey", "adminKey"], Generated().Matches(s_azure).Select(parameter => parameter.Groups["name"].Value));
        Assert.Contains("| `labKey`, `adminKey` | made up by azd |", s_page, StringComparison.Ordinal);
    }

    [Fact]
    public void Bounds_of_the_gateways_are_those_that_are_deployed()
    {
        Assert.Contains("Gateways = 2;", s_azure, StringComparison.Ordinal);
        Assert.Contains("MostGateways = 10;", s_azure, StringComparison.Ordinal);
        Assert.Contains("Gateway ×2…10", s_page, StringComparison.Ordinal);
    }

    /// <summary>What either page points at is in the repository.</summary>
    [Fact]
    public void Every_file_that_is_named_exists()
    {
        foreach (var page in new[] { s_page, Read("docs", "from-the-lab.md") })
        {
            Assert.All(Link().Matches(page), link => Assert.True(File.Exists(Path.Combine(Repository.Root, "docs", link.Groups["file"].Value)), link.Value));
            Assert.All(Named().Matches(page), file => Assert.True(File.Exists(Path.Combine(Repository.Root, file.Groups["file"].Value)), file.Value));
        }
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([Repository.Root, .. path]));

    [GeneratedRegex("""AddParameter\("(?<name>[^"]+)", "(?<value>[^"]+)", publishValueAsDefault: true\)""")]
    private static partial Regex Parameter();

    [GeneratedRegex("""AddParameter\("(?<name>[^"]+)", new GenerateParameterDefault""")]
    private static partial Regex Generated();

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();

    [GeneratedRegex(@"\]\((?<file>[a-z-]+\.md)(#[a-z-]+)?\)")]
    private static partial Regex Link();

    [GeneratedRegex("`(?<file>(infra|AppHost)/[A-Za-z/.-]+\\.(bicep|bicepparam|xml|cs))`")]
    private static partial Regex Named();
}
