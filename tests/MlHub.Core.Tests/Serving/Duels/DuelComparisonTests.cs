using System.Text.Json;
using MlHub.Serving.Duels;

namespace MlHub.Core.Tests.Serving.Duels;

/// <summary>The answers of two versions, held against each other.</summary>
public sealed class DuelComparisonTests
{
    [Fact]
    public void Numbers_are_equal_within_a_part_of_the_larger_one()
    {
        var comparison = Comparison(0.05);
        comparison.Add(1, Json("""{"predictions": [{"price": 100}, {"price": 100}, {"price": -10}, {"price": 0}]}"""), Json("""{"predictions": [{"price": 105}, {"price": 106}, {"price": 10}, {"price": 0}]}"""));

        Assert.Equal((4, 2), (comparison.Rows, comparison.Equal));
        var output = Assert.Single(comparison.Outputs);
        Assert.Equal(("price", 4, 2, 20.0), (output.Name, output.Values, output.Equal, output.MaxAbsolute));
        Assert.Equal((5 + 6 + 20) / 4.0, output.MeanAbsolute!.Value, 9);
        Assert.Equal(2, output.MaxRelative!.Value, 9);
        Assert.Equal(((5 / 105.0) + (6 / 106.0) + 2) / 4, output.MeanRelative!.Value, 9);
        Assert.Equal([(2, "-10", "10"), (1, "100", "106")], comparison.Disagreements.Select(d => (d.Row, d.Present, d.Candidate)));
    }

    [Fact]
    public void Classes_are_equal_or_not_and_have_a_confusion()
    {
        var comparison = Comparison(1, isNumber: false);
        comparison.Add(1, Json("""{"predictions": ["cat", "cat", "dog"]}"""), Json("""{"predictions": ["cat", "dog", "dog"]}"""));
        comparison.Add(2, Json("""{"predictions": ["cat"]}"""), Json("""{"predictions": ["dog"]}"""));

        Assert.Equal((4, 2), (comparison.Rows, comparison.Equal));
        Assert.Equal([new ClassPair("cat", "dog", 2), new("cat", "cat", 1), new("dog", "dog", 1)], comparison.Outputs.Single().Confusion);
        Assert.Null(comparison.Outputs.Single().MeanAbsolute);
    }

    [Fact]
    public void Lists_maps_and_tensors_are_compared_value_by_value()
    {
        var comparison = Comparison(0);
        comparison.Add(1, Json("""{"predictions": [{"label": 3, "scores": {"3": 0.9, "7": 0.1}}]}"""), Json("""{"predictions": [{"label": 3, "scores": {"3": 0.8, "7": 0.2}}]}"""));
        comparison.Add(2, Json("""{"predictions": {"y": [[1], [2]], "z": [[1, 2], [3, 4]]}}"""), Json("""{"predictions": {"y": [[1], [2]], "z": [[1, 2], [3, 5]]}}"""));
        comparison.Add(3, Json("""{"predictions": [null, 1]}"""), Json("""{"predictions": [null, null]}"""));

        Assert.Equal((5, 2), (comparison.Rows, comparison.Equal));
        Assert.Equal(["label", "scores.3", "scores.7", "y", "z[0]", "z[1]", "prediction"], comparison.Outputs.Select(o => o.Name));
    }

    [Fact]
    public void Another_number_of_rows_another_output_and_a_failure_are_disagreements()
    {
        var comparison = Comparison(1);
        comparison.Add(1, Json("""{"predictions": [1, 2]}"""), Json("""{"predictions": [1]}"""));
        comparison.Add(2, Json("""{"predictions": [{"a": 1}]}"""), Json("""{"predictions": [{"b": 1}]}"""));
        comparison.AddFailure(3, Json("""{"predictions": [1]}"""), "It refused the request: BAD_REQUEST");
        comparison.Add(4, Json("""{"predictions": [{"a": 1}]}"""), Json("""{"predictions": [{"a": 1, "b": 2}]}"""));

        Assert.Equal((5, 1), (comparison.Rows, comparison.Equal));
        Assert.Equal([3L, 1, 2, 4], comparison.Disagreements.Select(d => d.Captured));
        Assert.Equal("It refused the request: BAD_REQUEST", comparison.Disagreements[0].Candidate);
    }

    [Fact]
    public void What_is_redacted_is_compared_and_not_told()
    {
        var comparison = new DuelComparison(0, _ => null, name => name != "secret");
        comparison.Add(1, Json("""{"predictions": [{"secret": "aaa", "open": 1}]}"""), Json("""{"predictions": [{"secret": "bbb", "open": 1}]}"""));

        Assert.Equal((1, 0), (comparison.Rows, comparison.Equal));
        Assert.DoesNotContain("aaa", JsonSerializer.Serialize((comparison.Outputs, comparison.Disagreements)), StringComparison.Ordinal);
        Assert.Equal("open 1", comparison.Disagreements.Single().Present);
        Assert.Empty(comparison.Outputs[0].Confusion);
    }

    [Fact]
    public void A_report_comes_back_from_a_checks_details_whatever_the_answers_say()
    {
        var report = new DuelReport(new(3, 10, 0.5, 0.25), new(3, 1, 1, 0) { Disagreements = [new(1, 0, "```\n</details><script>", "b", 3)] });

        var block = report.Block;

        Assert.Equal(JsonSerializer.Serialize(report), JsonSerializer.Serialize(DuelReport.ReadOrNull("# Before\n" + block)));
        Assert.Equal(3, block.Split('\n').Length - 1);
        Assert.Null(DuelReport.ReadOrNull("```json\nno\n```"));
        Assert.Null(DuelReport.ReadOrNull(""));
    }

    private static DuelComparison Comparison(double tolerance, bool? isNumber = true) => new(tolerance, _ => isNumber, _ => true);

    private static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;
}
