using MlHub.Tracking.Table;

namespace MlHub.Core.Tests.Tracking.Table;

public sealed class FilterFacetsTests
{
    [Theory]
    [InlineData(null, "FAILED", "status = 'FAILED'")]
    [InlineData("metrics.a > 1", "FAILED", "metrics.`a` > 1 AND status = 'FAILED'")]
    [InlineData("attributes.status = 'RUNNING' and metrics.a > 1", "FAILED", "metrics.`a` > 1 AND status = 'FAILED'")]
    [InlineData("metrics.a > 1 or metrics.b > 1", "FAILED", "(metrics.`a` > 1 OR metrics.`b` > 1) AND status = 'FAILED'")]
    [InlineData("status = 'FAILED'", null, null)]
    [InlineData("status = 'FAILED' and params.p = 'x'", null, "params.`p` = 'x'")]
    [InlineData("NOT (status = 'FAILED')", null, "NOT (status = 'FAILED')")]
    [InlineData("metrics.a >", "FAILED", "status = 'FAILED'")]
    public void A_choice_is_put_into_the_filter_in_place_of_another_of_its_kind(string? filter, string? status, string? expected) =>
        Assert.Equal(expected, FilterFacets.With(filter, Facet.Status, status));

    [Fact]
    public void Choices_of_several_kinds_stand_beside_one_another_and_are_found_again()
    {
        var filter = FilterFacets.With(FilterFacets.With(FilterFacets.With("metrics.a > 1", Facet.Dataset, "ann's data"), Facet.Since, "1700000000000"), Facet.Status, "FINISHED");

        Assert.Equal("metrics.`a` > 1 AND datasets.name = 'ann''s data' AND start_time >= 1700000000000 AND status = 'FINISHED'", filter);
        Assert.Equal(
            ("ann's data", "1700000000000", "FINISHED"),
            (FilterFacets.ValueOrNull(filter, Facet.Dataset), FilterFacets.ValueOrNull(filter, Facet.Since), FilterFacets.ValueOrNull(filter, Facet.Status)));
    }
}
