using System.Net;
using Azure.Core;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SessionAware.Gateway.SessionKeys;
using SessionAware.Gateway.Sessions;
using SessionAware.Tests.CosmosEmulator;
using SessionAware.Tests.Sessions;
using SessionAware.Tests.Worlds;
using static SessionAware.Tests.Sessions.SessionIds;

namespace SessionAware.Tests.SessionStores;

/// <summary>What is wrong with the settings is said at the start; an account that is not there yet is waited for while the gateway serves.</summary>
public sealed class Cosmos_settings : CosmosWorld
{
    [Theory]
    [InlineData(null, "is not set")]
    [InlineData("", "is not set")]
    [InlineData("nonsense", "cannot be read")]
    [InlineData("AccountEndpoint=nowhere;AccountKey=AAAA", "names no account")]
    [InlineData("AccountKey=AAAA", "names no account")]
    [InlineData("AccountEndpoint=https://x.documents.azure.com:443/;AccountKey=not a key", "must be in base64")]
    [InlineData("ftp://x", "cannot be read")]
    public async Task Connection_string_that_cannot_be_read_is_refused_at_the_start(string? connectionString, string why)
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() => Nodes.StartGatewayAsync(
            "http://127.0.0.1:1", "http://127.0.0.1:1", ("Gateway:Sessions:Store", "cosmos"), ("ConnectionStrings:cosmos", connectionString)));

        var fault = Assert.Single(invalid.Failures);
        Assert.Contains(why, fault, StringComparison.Ordinal);
        Assert.Contains("ConnectionStrings:cosmos", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("not a key", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_that_is_none_is_refused_at_the_start()
    {
        var invalid = await Assert.ThrowsAsync<OptionsValidationException>(() =>
            Nodes.StartGatewayAsync("http://127.0.0.1:1", "http://127.0.0.1:1", ("Gateway:Sessions:Store", "redis")));

        Assert.Contains("Gateway:Sessions:Store must be sqlite or cosmos.", invalid.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Account_with_a_key_needs_no_identity_not_even_one_that_could_be_made()
    {
        await using var gateway = await Nodes.StartGatewayAsync(
            [
                new("Backends:eastus2:Url", "http://127.0.0.1:1"), new("Backends:westus:Url", "http://127.0.0.1:1"), new("Gateway:Sessions:Store", "cosmos"),
                new("ConnectionStrings:cosmos", "AccountEndpoint=http://127.0.0.1:1/;AccountKey=AAAA"),
            ],
            services => services.AddSingleton<TokenCredential>(_ => throw new InvalidOperationException("Invalid value for environment variable AZURE_TOKEN_CREDENTIALS.")));

        using var caller = new Caller(gateway.Url);
        Assert.Equal(200, (await caller.GetAsync("alive")).Status);
    }

    [Fact]
    public async Task Account_that_is_not_there_at_the_start_is_used_when_it_comes()
    {
        LocalCosmos.RequirePackages();
        var port = Ports.Free();
        const string key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==";
        var store = Create($"AccountEndpoint=http://127.0.0.1:{port}/;AccountKey={key}");
        await store.OpenAsync(TestContext.Current.CancellationToken);
        var turn = TurnOf(NewResponse());
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WriteAsync(new([], turn)));
        await Assert.ThrowsAsync<SessionStoreException>(async () => await ReadAsync(store, turn.ResponseId));

        await using var cosmos = await LocalCosmos.StartAsync(port, key);
        while (!store.Opened.IsCompleted)
        {
            Time.Advance(TimeSpan.FromSeconds(15));
            await Task.WhenAny(store.Opened, Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await store.WriteAsync(new([], turn));
        Assert.NotNull(await FindAsync(store, SessionId.Response(turn.ResponseId)));
    }

    [Fact]
    public async Task Start_waits_a_little_for_an_account_that_is_there_so_that_nobody_is_told_that_it_is_out()
    {
        await UseAsync();
        await Cosmos.FailAsync(Database, new LocalCosmos.Fault("container", Count: 1000) { Hold = true });
        var store = Create(Cosmos.ConnectionString(Database));

        var starting = store.OpenAsync(TestContext.Current.CancellationToken);
        Assert.False(starting.IsCompleted);
        Time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(starting.IsCompleted);
        // Longer is not worth it.
        Time.Advance(TimeSpan.FromSeconds(0.1));
        await starting;
        Assert.False(store.Opened.IsCompleted);

        await Cosmos.LiftAsync(Database);
        await store.Opened.WaitAsync(TestContext.Current.CancellationToken);
        var another = Create(Cosmos.ConnectionString(Database));
        await another.OpenAsync(TestContext.Current.CancellationToken);
        Assert.True(another.Opened.IsCompleted);
    }

    /// <summary>Internal names count up in base64, whose slash is no part of a path: the sixty-third has one.</summary>
    [Fact]
    public async Task Database_of_any_internal_name_can_be_asked_over_all_its_partitions()
    {
        await using var cosmos = await LocalCosmos.StartAsync();
        using (var client = new CosmosClient(cosmos.Account, new CosmosClientOptions { ConnectionMode = ConnectionMode.Gateway, LimitToEndpoint = true }))
        {
            for (var number = 1; number < 63; number++)
                await client.CreateDatabaseAsync($"before-{number}", cancellationToken: TestContext.Current.CancellationToken);
        }

        var store = Create(cosmos.ConnectionString(Database));
        await store.WriteAsync(new([], TurnOf(NewResponse())));

        Assert.Equal(1, (await store.CountSessionsAsync(TestContext.Current.CancellationToken))["eastus2"]);
    }

    [Fact]
    public async Task Wrong_key_opens_nothing()
    {
        Assert.NotNull(await OpenAsync());
        var store = Create($"AccountEndpoint={Cosmos.Url};AccountKey=AAAA;Database={Database}");

        await Assert.ThrowsAsync<SessionStoreException>(async () => await FindAsync(store, SessionId.Response(NewResponse())));
    }

    [Fact]
    public async Task Container_is_made_with_time_to_live_and_an_index_of_what_is_asked_for()
    {
        await OpenAsync();

        AssertTuned(await Container.ReadContainerAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Container_that_the_AppHost_made_gets_them()
    {
        var store = Create(await ConnectionStringAsync("/partition"));
        await store.WriteAsync(new([], TurnOf(NewResponse())));

        AssertTuned(await Container.ReadContainerAsync(cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Container_of_another_program_is_not_touched()
    {
        var store = Create(await ConnectionStringAsync("/id"));

        var refused = await Assert.ThrowsAsync<SessionStoreException>(() => store.WriteAsync(new([], TurnOf(NewResponse()))));

        Assert.Contains("/id", refused.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_goes_on_at_another_replica_and_after_a_restart()
    {
        var cosmos = await LocalCosmos.SharedAsync();
        await using var world = await IdWorld.StartAsync(("Gateway:Sessions:Store", "cosmos"), ("ConnectionStrings:cosmos", cosmos.ConnectionString(Database)));
        var second = await world.StartReplicaAsync();
        using var one = IdWorld.Call(world.Gateway);
        using var other = IdWorld.Call(second);

        for (var conversation = 0; conversation < 4; conversation++)
        {
            var first = await one.CreateAsync(new { model = "gpt-4o-mini", input = "My name is Ada." });
            var next = await other.CreateAsync(new { model = "gpt-4o-mini", input = "What is my name?", previous_response_id = first.Id });
            Assert.Equal((200, first.Header("x-backend-id"), "pinned"), (next.Status, next.Header("x-backend-id"), next.Header("x-session-affinity")));
            var third = await world.StartReplicaAsync();
            using var later = IdWorld.Call(third);
            var last = await later.CreateAsync(new { model = "gpt-4o-mini", input = "Again?", previous_response_id = next.Id });
            Assert.Equal((HttpStatusCode.OK, first.Header("x-backend-id")), ((HttpStatusCode)last.Status, last.Header("x-backend-id")));
            await world.StopAsync(third);
        }
    }

    /// <summary>A container as somebody makes it who knows its name and partition key alone.</summary>
    private async Task<string> ConnectionStringAsync(string partitionKey)
    {
        await UseAsync();
        Database database = await Client.CreateDatabaseAsync(Database, cancellationToken: TestContext.Current.CancellationToken);
        await database.CreateContainerAsync("sessions", partitionKey, cancellationToken: TestContext.Current.CancellationToken);
        return Cosmos.ConnectionString(Database);
    }

    private static void AssertTuned(ContainerProperties container)
    {
        Assert.Equal(-1, container.DefaultTimeToLive);
        Assert.Contains(container.IndexingPolicy.IncludedPaths, path => path.Path == "/session/?");
        Assert.Equal(["/*"], container.IndexingPolicy.ExcludedPaths.Select(path => path.Path).Where(path => path != "/\"_etag\"/?"));
    }
}
