using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SessionAware.Gateway.Admin;
using SessionAware.Gateway.BackendSelection;
using SessionAware.Gateway.CircuitBreakers;
using SessionAware.Gateway.Credentials;
using SessionAware.Gateway.Forwarding;
using SessionAware.Gateway.Owners;
using SessionAware.Gateway.Pools;
using SessionAware.Gateway.Replay;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Gateway.Telemetry;
using SessionAware.ServiceDefaults;

namespace SessionAware.Gateway;

/// <summary>Puts the gateway into a web application.</summary>
public static class GatewayRegistration
{
    /// <summary>Adds the gateway, configured by section <see cref="GatewayOptions.Section"/>, the pools file and the backends' addresses.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<GatewayOptions>().BindConfiguration(GatewayOptions.Section).ValidateDataAnnotations();
        builder.Services.Configure<KestrelServerOptions>(kestrel =>
        {
            // The pipeline limits bodies itself, so that the caller gets to see the 413.
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
            // Header bytes pass through as they are; HttpClient reads answers so, too.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
        });

        var keys = builder.Services.AddDataProtection().SetApplicationName("SessionAware.Gateway");
        if (builder.Configuration[$"{GatewayOptions.Section}:{nameof(GatewayOptions.CookieKeysDirectory)}"] is { Length: > 0 } directory)
            keys.PersistKeysToFileSystem(new DirectoryInfo(directory));

        builder.Services.AddHttpForwarder();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<GatewayMetrics>();
        builder.Services.AddSingleton<BackendStates>();
        builder.Services.AddSingleton<PoolsSource>();
        builder.Services.AddHostedService(services => services.GetRequiredService<PoolsSource>());
        builder.Services.AddSingleton<AffinityCookie>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AffinityCookie>());
        builder.AddCredentials();
        builder.AddOwners();
        builder.AddSessions();
        builder.AddReplay();
        builder.Services.AddSingleton<BackendSelector>();
        builder.Services.AddSingleton<BackendClient>();
        builder.Services.AddSingleton<SessionAnswers>();
        builder.Services.AddSingleton<AnswerJudge>();
        builder.Services.AddSingleton<ApiTransformer>();
        builder.Services.AddSingleton<AttemptSender>();
        builder.Services.AddSingleton<GatewayPipeline>();
        return builder;
    }

    /// <summary>Maps the administration, and every method and path that is not mapped otherwise.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        // Elsewhere than in Development nobody may be unknown without that word.
        if (DeploymentTargets.Read(app.Configuration) == DeploymentTarget.Azure && OwnersOptions.Read(app.Configuration) is { KnowsCallers: false, AllowAnonymous: false })
            app.UseLoopbackCallers();
        app.MapAdmin();
        app.MapFallback("{**path}", (RequestDelegate)app.Services.GetRequiredService<GatewayPipeline>().InvokeAsync);
        return app;
    }
}
