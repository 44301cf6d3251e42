using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using OpenAI.Responses;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Conversations;

/// <summary>Makes official OpenAI clients that talk to one API of the gateway as they would to Azure.</summary>
internal static class ResponsesClients
{
    /// <summary>A client for one conversation; dispose the transport with it.</summary>
    public static (ResponsesClient Client, IDisposable? Transport) Create(LabOptions options, string api, CookieJar jar)
    {
        var clientOptions = new ResponsesClientOptions
        {
            Endpoint = new Uri($"{options.GatewayUrl.AbsoluteUri.TrimEnd('/')}/{api}/openai/v1/"),
            // The lab shows what happens to a request, not to its repetition.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };
        HttpClient? transport = null;
        if (jar == CookieJar.PerConversation)
        {
            transport = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });
            clientOptions.Transport = new HttpClientPipelineTransport(transport);
        }

        return (new ResponsesClient(new ApiKeyCredential(options.ApiKey), clientOptions), transport);
    }
}
