using System.ComponentModel;
using CliWrap;
using CliWrap.Buffered;

namespace SessionAware.ClientWorker.NodeClient;

/// <summary>What a machine needs for the npm client.</summary>
internal static class NodeInstallation
{
    /// <summary>The program, found on the PATH.</summary>
    public const string Program = "node";

    private const int OldestMajor = 20;

    /// <summary>What is missing and how to get it, a sentence for each; null where nothing is.</summary>
    /// <param name="folder">Where <c>node_modules</c> should be.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public static async Task<string?> FindMissingAsync(string folder, CancellationToken cancellationToken)
    {
        var missing = new List<string>();
        if (await MissingProgramAsync(cancellationToken) is { } program)
            missing.Add(program);
        if (!File.Exists(Path.Combine(folder, "node_modules", "openai", "package.json")))
            missing.Add($"No npm package openai in {folder}: run 'npm ci' in the repository's Tests/NodeClient, or set Lab__NodeClient.");
        return missing.Count == 0 ? null : string.Join(' ', missing);
    }

    private static async Task<string?> MissingProgramAsync(CancellationToken cancellationToken)
    {
        const string Install = $"install Node.js 20 or later (https://nodejs.org) and have {Program} on the PATH.";
        try
        {
            var said = await Cli.Wrap(Program).WithArguments("--version").WithValidation(CommandResultValidation.None).ExecuteBufferedAsync(cancellationToken);
            var version = said.StandardOutput.Trim();
            return Version.TryParse(version.TrimStart('v'), out var parsed) && parsed.Major >= OldestMajor ? null : $"{Program} {version} is too old: {Install}";
        }
        catch (Win32Exception)
        {
            return $"No {Program}: {Install}";
        }
    }
}
