using System.Text.Json;
using System.Text.Json.Serialization;

namespace SessionAware.ClientWorker.Reports;

/// <summary>What the lab found, as <c>lab-report.json</c> has it.</summary>
/// <param name="Target"><c>Local</c>: the emulated regions.</param>
/// <param name="Store">The session store behind the gateway; <c>none</c>.</param>
/// <param name="Runs">The lab's own conversations.</param>
/// <param name="SeedLab">The seed lab's two prompts.</param>
/// <param name="Expectations">What should have come out, and whether it did.</param>
public sealed record LabReport(
    string Target,
    string Store,
    IReadOnlyList<RunReport> Runs,
    IReadOnlyList<RunReport> SeedLab,
    IReadOnlyList<Expectation> Expectations)
{
    /// <summary>Whether every expectation held.</summary>
    [JsonIgnore]
    public bool AllHeld => Expectations.All(expectation => expectation.Held);

    /// <summary>Writes the report to <paramref name="path"/>, replacing an older one.</summary>
    public async Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { Length: > 0 } directory)
            Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, ReportJson.Default.LabReport) + "\n", cancellationToken);
    }
}

/// <summary>The report's JSON: camel case, indented, nulls written.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
