using SessionAware.Gateway.Pools;
using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>Content moves only between backends of one boundary and only where its deployment is: what a backend says of both, or its region does.</summary>
public sealed class Data_boundaries
{
    [Theory]
    [InlineData("eastus2", "us")]
    [InlineData("East US 2", "us")]
    [InlineData("WESTUS", "us")]
    [InlineData("North Europe", "europe")]
    [InlineData("westeurope", "europe")]
    [InlineData("swedencentral", "sweden")]
    [InlineData("Germany West Central", "germany")]
    [InlineData("switzerlandnorth", "switzerland")]
    [InlineData("uksouth", "uk")]
    [InlineData("UAE North", "uae")]
    [InlineData("canadaeast", "canada")]
    [InlineData("southeastasia", "asiapacific")]
    [InlineData("USGov Virginia", "usgov")]
    public async Task Boundary_is_the_regions_geography_unless_it_is_set(string region, string geography)
    {
        Assert.Equal(geography, (await ReadAsync($$"""{ "name": "a", "properties": { "azureRegion": "{{region}}" } }""")).DataBoundary);
        Assert.Equal("mine", (await ReadAsync($$"""{ "name": "a", "properties": { "azureRegion": "{{region}}" }, "sessionAware": { "dataBoundary": "mine" } }""")).DataBoundary);
    }

    [Theory]
    [InlineData("""{ "name": "eastus2" }""")]
    [InlineData("""{ "name": "eastus2", "sessionAware": {} }""")]
    [InlineData("""{ "name": "a", "properties": { "azureRegion": "atlantis" } }""")]
    public async Task Content_moves_nowhere_where_the_region_is_not_known(string backend) => Assert.Null((await ReadAsync(backend)).DataBoundary);

    [Fact]
    public async Task Boundary_is_the_same_whatever_its_case() => Assert.Equal(
        (await ReadAsync("""{ "name": "a", "properties": { "azureRegion": "westus" } }""")).DataBoundary,
        (await ReadAsync("""{ "name": "a", "sessionAware": { "dataBoundary": "US" } }""")).DataBoundary);

    [Theory]
    [InlineData("\"\"", "must not be empty")]
    [InlineData("7", "must be a string")]
    [InlineData("\"12345678901234567890123456789012345678901234567890123456789012345\"", "must have at most 64 characters")]
    public async Task Boundary_that_is_no_name_is_a_fault(string boundary, string fault) => Assert.Equal(
        [$"backends[0].sessionAware.dataBoundary: {fault}"],
        await PoolsText.FaultsOfAsync(Pools($$"""{ "name": "a", "sessionAware": { "dataBoundary": {{boundary}} } }"""), ("Backends:a:Url", "http://127.0.0.1:1")));

    [Fact]
    public async Task Deployments_are_those_that_are_listed_and_any_where_none_are()
    {
        var listed = await ReadAsync("""
            { "name": "a", "sessionAware": { "deployments": [ { "name": "chat", "model": "gpt-4o-mini", "version": "2024-07-18" }, { "name": "o4", "model": "o4-mini", "version": "2025-04-16" } ] } }
            """);

        Assert.Equal(["chat", "o4"], listed.Deployments);
        Assert.Null((await ReadAsync("""{ "name": "a", "sessionAware": { "dataBoundary": "us" } }""")).Deployments);
        Assert.Null((await ReadAsync("""{ "name": "a" }""")).Deployments);
    }

    /// <summary>Reading the table fails where a region is in two geographies.</summary>
    [Fact]
    public void Every_region_is_in_one_geography_and_in_its_short_spelling()
    {
        Assert.True(Geographies.ByRegion.Count > 60);
        Assert.All(Geographies.ByRegion, region =>
        {
            Assert.Matches("^[a-z]+[0-9]?$", region.Key);
            Assert.Matches("^[a-z]+$", region.Value);
            Assert.Equal(region.Value, Geographies.Of(region.Key));
        });
    }

    private static async Task<BackendModel> ReadAsync(string backend) => (await ReadPools.OfAsync(Pools(backend))).Backends[0];

    private static string Pools(string backend)
    {
        var name = backend.Split('"')[3];
        return $$"""
            {
              "backends": [ {{backend}} ],
              "pools": [ { "name": "p", "properties": { "pool": { "services": [ { "id": "/backends/{{name}}" } ] } } } ],
              "apis": [ { "name": "x", "properties": { "path": "x" }, "sessionAware": { "pool": "p" } } ]
            }
            """;
    }
}
