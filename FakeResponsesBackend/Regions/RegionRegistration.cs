using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using SessionAware.FakeResponsesBackend.ChatCompletions;
using SessionAware.FakeResponsesBackend.Control;
using SessionAware.FakeResponsesBackend.Conversations;
using SessionAware.FakeResponsesBackend.Deployments;
using SessionAware.FakeResponsesBackend.Errors;
using SessionAware.FakeResponsesBackend.Faults;
using SessionAware.FakeResponsesBackend.Generation;
using SessionAware.FakeResponsesBackend.Responses;
using SessionAware.FakeResponsesBackend.Rules;
using SessionAware.FakeResponsesBackend.Streaming;
using SessionAware.FakeResponsesBackend.Threads;
using SessionAware.FakeResponsesBackend.Tokens;
using SessionAware.FakeResponsesBackend.WebSockets;

namespace SessionAware.FakeResponsesBackend.Regions;

/// <summary>Puts one emulated region into a web application.</summary>
public static class RegionRegistration
{
    /// <summary>Adds the region, configured by section <see cref="RegionOptions.Section"/>.</summary>
    public static WebApplicationBuilder AddFakeResponsesBackend(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptionsWithValidateOnStart<RegionOptions>()
            .BindConfiguration(RegionOptions.Section)
            .ValidateDataAnnotations()
            .PostConfigure(options =>
            {
                if (options.ApiKeys.Count == 0)
                    options.ApiKeys.Add(RegionOptions.DefaultApiKey);
                if (options.Deployments.Count == 0)
                    options.Deployments.Add(new Deployment());
            });
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<RegionOptions>>((kestrel, region) =>
        {
            kestrel.Limits.MaxRequestBodySize = region.Value.MaxRequestBodyBytes;
            kestrel.AddServerHeader = false;
        });
        // A write ends when its bytes have left the process: a connection that a fault cuts has delivered every event before the cut.
        builder.Services.Configure<SocketTransportOptions>(transport => transport.MaxWriteBufferSize = 1);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.TryAddSingleton<EventPace>();
        builder.AddAccess();
        builder.Services.AddSingleton<RegionSeal>();
        builder.Services.AddSingleton<DeploymentCatalog>();
        builder.Services.AddSingleton<PromptCache>();
        builder.Services.AddSingleton<RegionModel>();
        builder.Services.AddSingleton<IValidateOptions<RegionOptions>, RulesValidation>();
        builder.Services.AddSingleton<EventPlayer>();
        builder.Services.AddResponses();
        builder.Services.AddResponseConnections();
        builder.Services.AddChatCompletions();
        builder.Services.AddConversations();
        builder.Services.AddThreads();
        builder.Services.AddControl();
        return builder;
    }

    /// <summary>By keys, or by tokens alone.</summary>
    private static void AddAccess(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IValidateOptions<RegionOptions>, EntraValidation>();
        if (EntraOptions.Read(builder.Configuration) is { Authority: { IsAbsoluteUri: true } authority } entra)
        {
            builder.Services.AddSingleton<IEndpointFilter, EntraFilter>();
            EntraFilter.AddTo(builder.Services, authority, entra.Audience);
        }
        else
        {
            builder.Services.AddSingleton<IEndpointFilter, ApiKeyFilter>();
        }
    }

    /// <summary>Maps the region's API; everything that is no endpoint of it is an unknown path.</summary>
    public static WebApplication MapFakeResponsesBackend(this WebApplication app)
    {
        // Loads the token table now: the first caller would wait for it.
        O200k.Count("");
        app.UseMiddleware<RegionHeaders>();
        app.UseExceptionHandler(failed => failed.Run(context => ApiErrors.Internal().ExecuteAsync(context)));
        app.UseWebSockets();
        app.UseMiddleware<FaultMiddleware>();
        app.MapControl();
        app.MapPathFamilies();
        return app;
    }
}
