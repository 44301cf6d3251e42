using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace SessionAware.ServiceDefaults;

/// <summary>Runs a web program so that what a user can mend (a setting, a taken port) is a message, not a stack trace.</summary>
public static partial class WebProgram
{
    /// <summary>Builds, maps and runs until the host stops.</summary>
    /// <returns>0 after a clean stop, 1 when the program could not start; the reasons are then on standard error.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        try
        {
            var builder = WebApplication.CreateBuilder(args);
            add(builder);
            await using var app = builder.Build();
            map(app);
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } reasons)
        {
            await Console.Error.WriteLineAsync(reasons);
            return 1;
        }
    }

    /// <summary>The message for a fault of the settings or the addresses; null for anything else, which is a bug and keeps its trace.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException invalid => List(invalid.Failures),
        // The configuration binder's word for a value of the wrong type; it names the setting.
        InvalidOperationException { InnerException: FormatException or ArgumentException } unreadable => List([unreadable.Message]),
        IOException { InnerException: AddressInUseException } taken => $"{taken.Message} Set ASPNETCORE_URLS (or --urls) to a free address.",
        _ => null,
    };

    private static string List(IEnumerable<string> faults) =>
        string.Join(Environment.NewLine, ["The settings are not valid:", .. faults.Select(fault => "  - " + Annotation().Replace(fault, "${error}"))]);

    // Data annotations wrap the error, which names the setting itself, in a sentence about the options class.
    [GeneratedRegex(@"^DataAnnotation validation failed for .*? with the error: '(?<error>.*)'\.$", RegexOptions.Singleline)]
    private static partial Regex Annotation();
}
