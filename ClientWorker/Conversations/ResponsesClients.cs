using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using OpenAI.Responses;
using SessionAware.ClientWorker.Labs;

namespace SessionAware.ClientWorker.Conversations;

/// <summary>Makes official OpenAI clients that talk to one API of the gateway as they would to Azure.</summary>
internal static class ResponsesClients
{
    /// <summary>A client for one conversation; dispose the transport with it. One that shares its jar with the whole process has the process's transport.</summary>
    public static (ResponsesClient Client, IDisposable? Transport) Create(LabOptions options, string api, CookieJar jar)
    {
        var clientOptions = new ResponsesClientOptions
        {
            Endpoint = AddressOf(options, api),
            // The lab shows what happens to a request, not to its repetition.
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        };
        HttpClient? transport = null;
        if (jar != CookieJar.PerProcess)
        {
            transport = new HttpClient(new SocketsHttpHandler { UseCookies = jar == CookieJar.PerConversation, CookieContainer = new CookieContainer() });
            clientOptions.Transport = new HttpClientPipelineTransport(transport);
        }

        return (new ResponsesClient(new ApiKeyCredential(options.ApiKey), clientOptions), transport);
    }
    /// <summary>Where a client finds <paramref name="api"/>.</summary>
    public static Uri AddressOf(LabOptions options, string api) => new($"{options.GatewayUrl.AbsoluteUri.TrimEnd('/')}/{api}/openai/v1/");
}
