using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using OpenAI.Responses;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Conversations;

/// <summary>An official OpenAI client that talks to one API of the gateway as it would to Azure.</summary>
internal sealed class ConversationClient : IDisposable
{
    private readonly HttpClient? _transport;

    private ConversationClient(LabOptions options, PlannedRun run)
    {
        var clientOptions = new ResponsesClientOptions { Endpoint = AddressOf(options, run.Api) };
        // The lab shows what happens to a request, not to its repetition, unless the repetition is what it is about.
        if (!run.RetriesByDefault)
            clientOptions.RetryPolicy = new ClientRetryPolicy(maxRetries: 0);
        if (run.Cookies != CookieJar.PerProcess)
        {
            _transport = new HttpClient(new SocketsHttpHandler { UseCookies = run.Cookies == CookieJar.PerConversation, CookieContainer = new CookieContainer() });
            clientOptions.Transport = new HttpClientPipelineTransport(_transport);
            clientOptions.AddPolicy(Attempts = new AttemptNotes(), PipelinePosition.PerTry);
        }

        // By this header API Management knows a subscription, Azure a key, and the gateway both: as a bearer token it would be taken for Entra's.
        Responses = new(ApiKeyAuthenticationPolicy.CreateHeaderApiKeyPolicy(new ApiKeyCredential(options.ApiKey), "api-key"), clientOptions);
    }

    /// <summary>The client.</summary>
    public ResponsesClient Responses { get; }

    /// <summary>What its attempts were answered; null where conversations side by side share it.</summary>
    public AttemptNotes? Attempts { get; }

    /// <summary>A client for one conversation; one that shares its jar with the whole process has the process's transport.</summary>
    public static ConversationClient Create(LabOptions options, PlannedRun run) => new(options, run);

    /// <summary>Where a client finds <paramref name="api"/>.</summary>
    public static Uri AddressOf(LabOptions options, string api) => new($"{options.Address}/{api}/openai/v1/");

    /// <inheritdoc/>
    public void Dispose() => _transport?.Dispose();
}
