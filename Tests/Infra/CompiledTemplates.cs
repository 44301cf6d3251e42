using System.Text.Json.Nodes;
using CliWrap.Buffered;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Infra;

/// <summary>The templates of <c>infra/</c> as Azure gets them, compiled once for all tests.</summary>
internal static class CompiledTemplates
{
    private static readonly Lazy<Task<(BufferedCommandResult Outcome, IReadOnlyDictionary<string, JsonNode> Templates)>> s_compiled = new(CompileAsync);

    /// <summary>What the compiler said, and the templates by their names.</summary>
    public static Task<(BufferedCommandResult Outcome, IReadOnlyDictionary<string, JsonNode> Templates)> OnceAsync()
    {
        Bicep.SkipWhereMissing();
        return s_compiled.Value;
    }

    private static async Task<(BufferedCommandResult Outcome, IReadOnlyDictionary<string, JsonNode> Templates)> CompileAsync()
    {
        var folder = Scratch.Folder("templates");
        var outcome = await Bicep.RunAsync(AzurePreview.Folder, "build", "--pattern", "*.bicep", "--outdir", folder);
        return (outcome, Directory.EnumerateFiles(folder).ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => JsonNode.Parse(File.ReadAllText(file))!));
    }
}
