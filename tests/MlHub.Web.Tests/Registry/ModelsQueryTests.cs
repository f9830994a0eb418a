using MlHub.Registry;
using MlHub.Web.Registry;

namespace MlHub.Web.Tests.Registry;

public sealed class ModelsQueryTests
{
    [Theory]
    [InlineData("house price", "name ILIKE '%house%' AND name ILIKE '%price%'")]
    [InlineData("o'hara", "name ILIKE '%o''hara%'")]
    [InlineData("tags.team = 'pricing' OR stage = 'Staging'", "(tags.team = 'pricing' OR stage = 'Staging')")]
    public void What_is_searched_for_is_parts_of_a_name_or_a_filter(string search, string filter) =>
        Assert.Equal(filter, new ModelsQuery { Search = search }.ToFilter([]));

    [Fact]
    public void Facets_narrow_each_other()
    {
        var query = new ModelsQuery { Stage = Stage.Production, Owner = "ann", Tag = "team=o'hara" };

        Assert.Equal("stage = 'Production' AND creator = 'ann' AND tags.`team` = 'o''hara'", query.ToFilter([]));
    }

    [Fact]
    public void Nothing_asked_for_is_no_filter_and_nothing_awaiting_finds_nothing()
    {
        Assert.Null(new ModelsQuery().ToFilter(["prices"]));
        Assert.Equal("name IN ('prices')", new ModelsQuery { Awaiting = true }.ToFilter(["prices"]));
        Assert.Equal("name = ''", new ModelsQuery { Awaiting = true }.ToFilter([]));
    }

    [Fact]
    public void An_address_says_it_all()
    {
        var query = ModelsQuery.Of(" prices ", "production", "ann", "", "awaiting", 7, null, 9);

        Assert.Equal(new() { Search = "prices", Stage = Stage.Production, Owner = "ann", Awaiting = true, AsOf = 7 }, query);
    }
}
