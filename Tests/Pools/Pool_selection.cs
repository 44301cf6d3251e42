using SessionAware.Tests.Worlds;

namespace SessionAware.Tests.Pools;

/// <summary>Runs <c>docs/pool-selection.md</c>, row by row, over HTTP.</summary>
public sealed class Pool_selection(SelectionBackends backends) : IClassFixture<SelectionBackends>
{
    public static TheoryData<string> Rows => [.. SelectionRow.ReadAll()];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Row_of_the_table_holds(string line)
    {
        var row = SelectionRow.Parse(line);
        await using var world = await SelectionWorld.StartAsync(backends, row);

        Assert.Equal(row.Expected, await world.AskAsync());
    }

    [Fact]
    public void Table_has_at_least_sixty_rows_and_none_twice()
    {
        Assert.InRange(SelectionRow.ReadAll().Count(), 60, 1000);
        Assert.Distinct(SelectionRow.ReadAll());
    }
}
