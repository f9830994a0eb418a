using MlHub.Tracking.Table;

namespace MlHub.Core.Tests.Tracking.Table;

public sealed class FilterCompletionTests
{
    [Theory]
    [InlineData("", Expected.Field, 0, "")]
    [InlineData("met", Expected.Field, 0, "met")]
    [InlineData("metrics.", Expected.Key, 0, "")]
    [InlineData("metrics.lo", Expected.Key, 0, "lo")]
    [InlineData("metrics.`val/lo", Expected.Key, 0, "val/lo")]
    [InlineData("metrics.loss ", Expected.Operator, 13, "")]
    [InlineData("params.p li", Expected.Operator, 9, "li")]
    [InlineData("params.p NOT ", Expected.Operator, 13, "")]
    [InlineData("params.p = ", Expected.Value, 11, "")]
    [InlineData("params.p = 'ab", Expected.Value, 11, "ab")]
    [InlineData("params.p = 'it''s ", Expected.Value, 11, "it''s ")]
    [InlineData("params.p = 'ab'", Expected.Link, 15, "")]
    [InlineData("params.p IN ('a', ", Expected.Value, 18, "")]
    [InlineData("params.p IN ('a') ", Expected.Link, 18, "")]
    [InlineData("metrics.a IS ", Expected.State, 13, "")]
    [InlineData("metrics.a IS NOT N", Expected.State, 17, "N")]
    [InlineData("metrics.a IS NOT NULL ", Expected.Link, 22, "")]
    [InlineData("metrics.a BETWEEN 1 ", Expected.Nothing, 20, "")]
    [InlineData("metrics.a BETWEEN 1 AND 2 ", Expected.Link, 26, "")]
    [InlineData("metrics.a > 1 AND ", Expected.Field, 18, "")]
    [InlineData("(metrics.a > 1 OR NOT par", Expected.Field, 22, "par")]
    [InlineData("(metrics.a > 1) ", Expected.Link, 16, "")]
    public void Knows_what_the_language_expects_at_the_caret(string before, Expected expected, int from, string begun)
    {
        var at = FilterCompletion.At(before);

        Assert.Equal((expected, from, begun), (at.Expected, at.From, at.Begun));
    }

    [Theory]
    [InlineData("metrics.a.b > ", "metrics", "a.b")]
    [InlineData("params.`x y` = ", "params", "x y")]
    [InlineData("attributes.status = ", "attributes", "status")]
    [InlineData("status = ", null, "status")]
    public void Knows_the_field_whose_value_is_asked_for(string before, string? kind, string key)
    {
        var at = FilterCompletion.At(before);

        Assert.Equal((kind, key), (at.Kind, at.Key));
    }
}
