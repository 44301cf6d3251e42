using System.ClientModel;
using System.Text;
using OpenAI.Responses;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.DotnetClients;

/// <summary>The official OpenAI .NET client against a region, directly and through the gateway.</summary>
public sealed class Official_dotnet_client
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Creates_streams_retrieves_lists_and_deletes(bool throughGateway)
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var world = await World.StartAsync();
        var root = throughGateway ? $"{world.Gateway.Url}/cookie-affinity" : world.EastUs2.Url;
        var client = new ResponsesClient(new ApiKeyCredential(Nodes.ApiKey), new ResponsesClientOptions { Endpoint = new Uri($"{root}/openai/v1/") });

        ResponseResult first = await client.CreateResponseAsync("gpt-4o-mini", "My name is Ada.", cancellationToken: cancel);
        var text = new StringBuilder();
        string? streamedId = null;
        await using (var stream = await client.CreateResponseStreamingAsync("gpt-4o-mini", "Who am I?", first.Id, cancel))
        {
            await foreach (var update in stream.WithCancellation(cancel))
            {
                if (update is StreamingResponseOutputTextDeltaUpdate delta)
                    text.Append(delta.Delta);
                if (update is StreamingResponseCompletedUpdate completed)
                    streamedId = completed.Response.Id;
            }
        }

        Assert.Contains("Ada", text.ToString(), StringComparison.Ordinal);
        ResponseResult retrieved = await client.GetResponseAsync(streamedId, cancel);
        Assert.Equal(text.ToString(), retrieved.GetOutputText());
        Assert.Equal(first.Id, retrieved.PreviousResponseId);
        var items = new List<ResponseItem>();
        await foreach (var item in client.GetResponseInputItemsAsync(streamedId, cancel))
            items.Add(item);
        Assert.Equal(3, items.Count);
        ResponseDeletionResult deleted = await client.DeleteResponseAsync(streamedId, cancel);
        Assert.True(deleted.Deleted);
        var gone = await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync(streamedId, cancel));
        Assert.Equal(404, gone.Status);
    }
}
