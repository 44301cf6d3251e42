using System.Diagnostics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;

namespace SessionAware.Gateway.Forwarding;

/// <summary>The connections to all backends. Nothing here follows, decodes, remembers or retries: what a backend sends is what the caller gets.</summary>
public sealed class BackendClient(IOptions<GatewayOptions> options) : IDisposable
{
    /// <summary>Sends requests.</summary>
    public HttpMessageInvoker Invoker { get; } = new(new OnePacketHandler(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        EnableMultipleHttp2Connections = true,
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ConnectTimeout = options.Value.ConnectTimeout,
        // Addresses of cloud accounts move; a connection must not outlive its name's answer for long.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // What is left of an answer that nobody wants is read in this time, so that the connection serves again; a region that is still generating hears of a hang-up.
        ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    }));

    /// <summary>Time limits of one request.</summary>
    public ForwarderRequestConfig Config { get; } = new() { ActivityTimeout = options.Value.ActivityTimeout };

    /// <inheritdoc/>
    public void Dispose() => Invoker.Dispose();
}
