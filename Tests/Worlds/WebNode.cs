using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SessionAware.ServiceDefaults;

namespace SessionAware.Tests.Worlds;

/// <summary>A web application on a free port of the loopback, composed as its own program composes it.</summary>
public sealed class WebNode : IAsyncDisposable
{
    private WebNode(WebApplication app) => App = app;

    public WebApplication App { get; }

    /// <summary>The root address, without a trailing slash.</summary>
    public string Url => App.Urls.First();

    public static async Task<WebNode> StartAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, IEnumerable<KeyValuePair<string, string?>>? settings = null)
    {
        // As the programs do: hundreds of hosts would each watch every folder that any test has written.
        WebProgram.LookAtFilesRatherThanWatch();
        var given = settings?.ToList() ?? [];
        var environmentName = given.FirstOrDefault(setting => setting.Key == HostDefaults.EnvironmentKey).Value;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environmentName ?? Environments.Production });
        builder.Logging.ClearProviders();
        // Only what the test says: the machine's own environment must not reach in.
        foreach (var environment in builder.Configuration.Sources.OfType<EnvironmentVariablesConfigurationSource>().ToList())
            builder.Configuration.Sources.Remove(environment);
        // The last word on a setting counts.
        builder.Configuration.AddInMemoryCollection(given.GroupBy(setting => setting.Key, StringComparer.OrdinalIgnoreCase).Select(same => same.Last()));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        add(builder);
        var app = builder.Build();
        map(app);
        try
        {
            await app.StartAsync(TestContext.Current.CancellationToken);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new WebNode(app);
    }

    public async ValueTask DisposeAsync()
    {
        // Some tests leave a request hanging on purpose; nobody waits for it.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await App.StopAsync(now.Token);
        await App.DisposeAsync();
    }
}
