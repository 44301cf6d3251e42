using System.ClientModel;
using OpenAI.Assistants;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Agents;

/// <summary>The official OpenAI .NET client for assistants against a region.</summary>
public sealed class Official_assistant_client
{
    [Fact]
    public async Task Holds_a_conversation_of_two_turns_with_a_tool()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var world = await AgentWorld.StartAsync();
        var client = new AssistantClient(new ApiKeyCredential(Nodes.ApiKey), new AssistantClientOptions { Endpoint = new Uri($"{world.Region.Url}/openai/v1/") });
        var options = new AssistantCreationOptions { Instructions = "Be brief." };
        options.Tools.Add(new FunctionToolDefinition("get_weather") { Parameters = BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""") });

        Assistant assistant = await client.CreateAssistantAsync("gpt-4o-mini", options, cancel);
        AssistantThread thread = await client.CreateThreadAsync(cancellationToken: cancel);
        await client.CreateMessageAsync(thread.Id, MessageRole.User, ["My name is Ada. What is the weather in Paris?"], cancellationToken: cancel);
        ThreadRun run = await client.CreateRunAsync(thread.Id, assistant.Id, cancellationToken: cancel);
        Assert.Equal(RunStatus.Queued, run.Status);
        await world.Gate.UntilAsync("requires_action");
        run = await client.GetRunAsync(thread.Id, run.Id, cancel);
        Assert.Equal(RunStatus.RequiresAction, run.Status);
        Assert.Equal("""{"city":"Paris"}""", Assert.Single(run.RequiredActions).FunctionArguments);
        await client.SubmitToolOutputsToRunAsync(thread.Id, run.Id, [new ToolOutput(run.RequiredActions[0].ToolCallId, "sunny")], cancel);
        await world.Gate.UntilAsync("completed");
        run = await client.GetRunAsync(thread.Id, run.Id, cancel);
        Assert.True(run.Status.IsTerminal);

        ThreadRun next = await client.CreateRunAsync(thread.Id, assistant.Id, new RunCreationOptions { AdditionalMessages = { "What is my name?" } }, cancel);
        await world.Gate.UntilAsync("completed");

        var texts = new List<string>();
        await foreach (var message in client.GetMessagesAsync(thread.Id, new MessageCollectionOptions { PageSizeLimit = 2, Order = MessageCollectionOrder.Ascending }, cancel))
            texts.Add(message.Content[0].Text);
        Assert.Equal(4, texts.Count);
        Assert.Equal("get_weather returned: sunny", texts[1]);
        Assert.Contains("Ada", texts[3], StringComparison.Ordinal);
        var steps = new List<RunStep>();
        await foreach (var step in client.GetRunStepsAsync(thread.Id, run.Id, cancellationToken: cancel))
            steps.Add(step);
        Assert.Equal([RunStepKind.CreatedMessage, RunStepKind.ToolCall], steps.Select(step => step.Kind));
        var busy = await Assert.ThrowsAsync<ClientResultException>(() => client.CancelRunAsync(thread.Id, next.Id, cancel));
        Assert.Equal(400, busy.Status);
        Assert.True((await client.DeleteThreadAsync(thread.Id, cancel)).Value.Deleted);
    }

    [Fact]
    public async Task Streams_a_run()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var region = await Nodes.StartRegionAsync();
        var client = new AssistantClient(new ApiKeyCredential(Nodes.ApiKey), new AssistantClientOptions { Endpoint = new Uri($"{region.Url}/openai/v1/") });
        Assistant assistant = await client.CreateAssistantAsync("gpt-4o-mini", cancellationToken: cancel);

        var (text, reasons) = ("", new List<StreamingUpdateReason>());
        await using var stream = await client.CreateThreadAndRunStreamingAsync(assistant.Id, new ThreadCreationOptions { InitialMessages = { "Say exactly: Hello there" } }, cancellationToken: cancel);
        await foreach (var update in stream.WithCancellation(cancel))
        {
            reasons.Add(update.UpdateKind);
            text += update is MessageContentUpdate content ? content.Text : "";
        }

        Assert.Equal("Hello there", text);
        Assert.Contains(StreamingUpdateReason.RunCreated, reasons);
        Assert.Contains(StreamingUpdateReason.RunCompleted, reasons);
    }
}
