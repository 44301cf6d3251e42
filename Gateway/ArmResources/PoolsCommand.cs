using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Pools;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway.ArmResources;

/// <summary><c>gateway pools import</c> and <c>gateway pools export</c>: between APIM's resources and <c>pools.json</c>.</summary>
public static class PoolsCommand
{
    private const string StandardInput = "-";

    private static readonly JsonSerializerOptions s_readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs the command line <paramref name="args"/>, which begins with <c>pools</c>.</summary>
    /// <returns>0; 1 where something could not be read or is of no use, with every reason on standard error.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var pools = new Command("pools", "Between API Management's backend resources and pools.json.") { Import(), Export() };
        return new RootCommand("The session-aware gateway. Without arguments it serves.") { pools }.Parse(args).InvokeAsync();
    }

    private static Command Import()
    {
        var file = new Argument<string>("FILE") { Description = $"What 'az rest' or 'az apim backend' printed, an ARM template, or a request body; {StandardInput} reads standard input." };
        var name = new Option<string?>("--name") { Description = "The name of a resource that has none, as in the body of a PUT or PATCH.", HelpName = "NAME" };
        var command = new Command("import", "Prints the entries of pools.json for API Management's backends and pools.") { file, name };
        command.SetAction((parsed, cancel) => ImportAsync(parsed.GetValue(file)!, parsed.GetValue(name), cancel));
        return command;
    }

    private static Command Export()
    {
        var file = new Option<string>("--file") { Description = "The pools file.", HelpName = "FILE", DefaultValueFactory = _ => new GatewayOptions().PoolsFile };
        var command = new Command("export", "Prints backends and pools as an ARM template for API Management.") { file };
        command.SetAction((parsed, _) => ExportAsync(parsed.GetValue(file)!));
        return command;
    }

    private static async Task<int> ImportAsync(string file, string? name, CancellationToken cancellationToken)
    {
        string json;
        try
        {
            json = file == StandardInput ? await Console.In.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{file} cannot be read: {unreadable.Message}");
            return 1;
        }

        var import = await PoolsImport.ReadAsync(json, name);
        foreach (var warning in import.Warnings)
            await Console.Error.WriteLineAsync($"warning: {warning}");
        foreach (var fault in import.Faults)
            await Console.Error.WriteLineAsync($"error: {fault}");
        if (import.Faults.Count > 0)
            return 1;
        Console.WriteLine(import.Entries.ToJsonString(s_readable));
        return 0;
    }

    private static async Task<int> ExportAsync(string file)
    {
        try
        {
            var pools = await PoolsFile.ReadAsync(file);
            // The gateway's own settings and checks: what it would not run is not exported.
            var builder = WebApplication.CreateBuilder().AddGateway();
            await using var gateway = builder.Build();
            PoolsModelBuilder.Build(pools, builder.Configuration, gateway.Services.GetRequiredService<BackendStates>());
            Console.WriteLine(PoolsExport.Write(pools, builder.Configuration).ToJsonString(s_readable));
            return 0;
        }
        catch (OptionsValidationException invalid) when (WebProgram.Explain(invalid) is { } reasons)
        {
            await Console.Error.WriteLineAsync(reasons);
            return 1;
        }
    }
}
