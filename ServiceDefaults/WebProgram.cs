using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace SessionAware.ServiceDefaults;

/// <summary>Runs a web program so that what a user can mend (a setting, a taken port) is a message, not a stack trace.</summary>
public static partial class WebProgram
{
    /// <summary>
    /// Has settings files looked at every few seconds. Watching them means watching the whole tree below the working directory, and every write to a session
    /// store there would wake the watcher.
    /// </summary>
    public static void LookAtFilesRatherThanWatch()
    {
        const string variable = "DOTNET_USE_POLLING_FILE_WATCHER";
        if (Environment.GetEnvironmentVariable(variable) is null)
            Environment.SetEnvironmentVariable(variable, "1");
    }

    /// <summary>Builds, maps and runs until the host stops.</summary>
    /// <returns>0 after a clean stop, 1 when the program could not start; the reasons are then on standard error.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        try
        {
            LookAtFilesRatherThanWatch();
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
        // The configuration binder's word for a value of the wrong type, and the logging system's; both name what they read.
        InvalidOperationException { InnerException: FormatException or ArgumentException } unreadable => List([unreadable.Message]),
        InvalidOperationException { Source: "Microsoft.Extensions.Logging.Configuration" } level => List([level.Message]),
        _ => ExplainAddress(exception) is { } reason ? List([$"{reason} Set ASPNETCORE_URLS (or --urls) to another address."]) : null,
    };

    /// <summary>Why the server could not listen at an address; null where that was not the fault.</summary>
    public static string? ExplainAddress(Exception exception) => exception switch
    {
        IOException { InnerException: AddressInUseException } taken => taken.Message,
        SocketException unbindable => $"The address cannot be listened at: {unbindable.Message}.",
        FormatException { Source: "Microsoft.AspNetCore.Http" } malformed => malformed.Message,
        InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" } unusable => unusable.Message,
        _ => null,
    };

    private static string List(IEnumerable<string> faults) =>
        string.Join(Environment.NewLine, ["The settings are not valid:", .. faults.Select(fault => "  - " + Annotation().Replace(fault, "${error}"))]);

    // Data annotations wrap the error, which names the setting itself, in a sentence about the options class.
    [GeneratedRegex(@"^DataAnnotation validation failed for .*? with the error: '(?<error>.*)'\.$", RegexOptions.Singleline)]
    private static partial Regex Annotation();
}
