using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using SessionAware.ServiceDefaults;

namespace SessionAware.ClientWorker.Reports;

/// <summary>What the lab found, as <c>lab-report.json</c> has it.</summary>
/// <param name="Target">What the gateway stands before: <c>Local</c> or <c>Azure</c>.</param>
/// <param name="Gateway">The address that was talked to: the gateway's, or that of API Management before it.</param>
/// <param name="Store">The session store behind the gateway: <c>sqlite</c> or <c>cosmos</c>; <c>none</c> where no run asked it for a session.</param>
/// <param name="Runs">The lab's own conversations.</param>
/// <param name="SeedLab">The seed lab's two prompts.</param>
/// <param name="Resilience">Conversations whose backend could not serve in their middle, and those of a pool whose backends keep no state.</param>
/// <param name="Expectations">What should have come out, and whether it did.</param>
public sealed record LabReport(
    DeploymentTarget Target,
    string Gateway,
    string Store,
    IReadOnlyList<RunReport> Runs,
    IReadOnlyList<RunReport> SeedLab,
    IReadOnlyList<RunReport> Resilience,
    IReadOnlyList<Expectation> Expectations)
{
    /// <summary>Whether every expectation held that could be judged.</summary>
    [JsonIgnore]
    public bool AllHeld => Expectations.All(expectation => expectation.Held != false);

    /// <summary>Makes sure, before a long run, that a report can be written to <paramref name="path"/>, and takes an older one away: it would tell of another run.</summary>
    /// <exception cref="OptionsValidationException">It cannot be written.</exception>
    public static void MakeRoom(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.Open(path, FileMode.Append).Dispose();
            File.Delete(path);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OptionsValidationException("Lab:Report", typeof(LabReport), [$"No report can be written to '{path}' (--report or Lab__Report): {unwritable.Message}"]);
        }
    }

    /// <summary>Writes the report to <paramref name="path"/>, replacing an older one.</summary>
    public Task WriteAsync(string path, CancellationToken cancellationToken) =>
        File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, ReportJson.Default.LabReport) + "\n", cancellationToken);
}

/// <summary>The report's JSON: camel case, indented, nulls written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
