using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Layout;

/// <summary>What the tree promises to those who have no Aspire packages.</summary>
public sealed partial class Repository_layout
{
    [Fact]
    public void Only_the_AppHost_references_Aspire()
    {
        var files = new DirectoryInfo(Repository.Root).EnumerateDirectories()
            .Where(directory => directory.Name is not "AppHost" and not "artifacts")
            .SelectMany(directory => directory.EnumerateFiles("*.csproj"))
            .Concat(new DirectoryInfo(Repository.Root).EnumerateFiles("*.props")).ToList();

        Assert.Contains(files, file => file.Name == "Gateway.csproj");
        Assert.All(files, file => Assert.DoesNotMatch("""(Include|Sdk)="Aspire""", File.ReadAllText(file.FullName)));
    }

    [Fact]
    public void Offline_filter_is_the_solution_without_the_AppHost()
    {
        var all = Project().Matches(File.ReadAllText(Path.Combine(Repository.Root, "SessionAware.sln"))).Select(match => match.Groups["path"].Value).ToList();
        var offline = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "SessionAware.Offline.slnf")))!["solution"]!["projects"]!
            .AsArray().Select(path => path!.GetValue<string>()).ToList();

        Assert.Equal(@"AppHost\AppHost.csproj", Assert.Single(all.Except(offline)));
        Assert.Empty(offline.Except(all));
        var onDisk = new DirectoryInfo(Repository.Root).EnumerateDirectories().Where(directory => directory.Name != "artifacts")
            .SelectMany(directory => directory.EnumerateFiles("*.csproj")).Select(file => $@"{file.Directory!.Name}\{file.Name}");
        Assert.Equal(onDisk.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Program_of_every_project_is_a_table_of_contents()
    {
        var programs = new DirectoryInfo(Repository.Root).EnumerateDirectories().SelectMany(directory => directory.EnumerateFiles("Program.cs")).ToList();

        Assert.NotEmpty(programs);
        Assert.All(programs, program => Assert.InRange(File.ReadAllLines(program.FullName).Length, 1, 20));
    }

    [GeneratedRegex("""^Project\("[^"]+"\) = "[^"]+", "(?<path>[^"]+\.csproj)",""", RegexOptions.Multiline)]
    private static partial Regex Project();
}
