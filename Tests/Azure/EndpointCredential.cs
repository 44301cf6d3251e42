using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Identity;

namespace SessionAware.Tests.Azure;

/// <summary>Asks an identity endpoint as Azure's own credentials do, and keeps nothing: they keep tokens by the machine's clock, which no test can move.</summary>
public sealed class EndpointCredential(IdentityEndpoint endpoint) : TokenCredential, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler());

    public override async ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var resource = Assert.Single(requestContext.Scopes).Replace("/.default", "", StringComparison.Ordinal);
        var claims = requestContext.Claims is null ? "" : "&claims=renewed";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{endpoint.Url}?api-version=2019-08-01&resource={resource}&client_id={IdentityEndpoint.ClientId}{claims}");
        request.Headers.Add("X-IDENTITY-HEADER", endpoint.Secret);
        using var answer = await _http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            throw (int)answer.StatusCode == 400 ? new CredentialUnavailableException("Nobody is signed in.") : new AuthenticationFailedException($"The endpoint said {(int)answer.StatusCode}.");
        var token = (await answer.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))!;
        return new(token["access_token"]!.GetValue<string>(), At($"{token["expires_on"]}"), token["refresh_on"] is { } refresh ? At($"{refresh}") : null);
    }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException("The gateway never blocks.");

    public void Dispose() => _http.Dispose();

    private static DateTimeOffset At(string seconds) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
}
