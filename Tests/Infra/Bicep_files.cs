using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary>The templates as files: they compile, the linter has nothing to say, and each can be deployed by itself.</summary>
public sealed class Bicep_files
{
    public static TheoryData<string> Templates => [.. Names("*.bicep")];

    [Fact]
    public async Task Every_template_compiles_without_a_warning()
    {
        var (outcome, compiled) = await CompiledTemplates.OnceAsync();

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.StandardError));
        Assert.Equal(Names("*.bicep").Select(Path.GetFileNameWithoutExtension), compiled.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Linter_has_nothing_to_say()
    {
        Bicep.SkipWhereMissing();

        var lint = await Bicep.RunAsync(AzurePreview.Folder, "lint", "--pattern", "*.bicep");

        Assert.Equal((0, "", ""), (lint.ExitCode, lint.StandardOutput, lint.StandardError));
    }

    [Fact]
    public async Task Every_preview_compiles_without_a_warning()
    {
        Bicep.SkipWhereMissing();

        var build = await Bicep.RunAsync(AzurePreview.Folder, "build-params", "--pattern", "preview/*.bicepparam", "--outdir", Scratch.Folder("previews"));

        Assert.Equal((0, ""), (build.ExitCode, build.StandardError));
    }

    [Fact]
    public void Every_template_has_a_preview() =>
        Assert.Equal(Names("*.bicep").Select(Path.GetFileNameWithoutExtension).Order(), Names("*.bicepparam").Select(Path.GetFileNameWithoutExtension).Order());

    /// <summary>What deploys them copies the one file that the AppHost names: neighbours that it loads would not be there.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Template_needs_no_other_file(string file) =>
        Assert.DoesNotMatch(@"(?m)^\s*(module|import|extends)\s|\bload(Json|Text|Yaml|FileAs|DirectoryFile)", File.ReadAllText(Path.Combine(AzurePreview.Folder, file)));

    /// <summary>A template of this name would be the whole deployment to azd, which then asks the AppHost for nothing.</summary>
    [Fact]
    public void No_template_is_called_main() => Assert.DoesNotContain(Directory.EnumerateFiles(AzurePreview.Folder), file => Path.GetFileNameWithoutExtension(file) == "main");

    /// <summary>Identities serve everywhere. The lab's own key at API Management comes in as a parameter and is never told.</summary>
    [Theory]
    [MemberData(nameof(Templates))]
    public void Nothing_is_opened_by_a_key_of_Azures(string file) =>
        Assert.DoesNotMatch(@"list(Keys|Secrets|ConnectionStrings|Credentials)?\(|disableLocalAuth:\s*false|DisableLocalAuth:\s*false", File.ReadAllText(Path.Combine(AzurePreview.Folder, file)));

    private static IEnumerable<string> Names(string pattern) =>
        Directory.EnumerateFiles(AzurePreview.Folder, pattern, SearchOption.AllDirectories).Select(file => Path.GetRelativePath(AzurePreview.Folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal);
}
