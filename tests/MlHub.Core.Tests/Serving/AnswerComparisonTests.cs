using System.Text;
using MlHub.Scoring;
using MlHub.Serving.Traffic;

namespace MlHub.Core.Tests.Serving;

public sealed class AnswerComparisonTests
{
    [Theory]
    [InlineData("""{"predictions":[{"price":100}]}""", """{"predictions":[{"price":100}]}""", Agreement.Same, null)]
    [InlineData("""{"predictions":[1.0]}""", """{"predictions": [1]}""", Agreement.Same, null)]
    [InlineData("""{"predictions":[{"price":100000}]}""", """{"predictions":[{"price":100050}]}""", Agreement.Close, "predictions[0].price")]
    [InlineData("""{"predictions":[{"price":1},{"price":100}]}""", """{"predictions":[{"price":1},{"price":150}]}""", Agreement.Different, "predictions[1].price")]
    [InlineData("""{"predictions":["cat","dog"]}""", """{"predictions":["cat","cow"]}""", Agreement.Different, "predictions[1]")]
    [InlineData("""{"predictions":[1,2]}""", """{"predictions":[1]}""", Agreement.Different, "predictions")]
    [InlineData("""{"predictions":[null]}""", """{"predictions":[0]}""", Agreement.Different, "predictions[0]")]
    [InlineData("""{"predictions":[{"a":1}]}""", """{"predictions":[{"b":1}]}""", Agreement.Different, "predictions[0].a")]
    [InlineData("""{"model_version":"1","outputs":[{"name":"y","data":[1,2]}]}""", """{"model_version":"2","outputs":[{"name":"y","data":[1,3]}]}""", Agreement.Different, "outputs[0].data[1]")]
    [InlineData("""{"model_version":"1","outputs":[{"name":"y","data":[1,2]}]}""", """{"model_version":"2","outputs":[{"name":"y","data":[1,2]}]}""", Agreement.Same, null)]
    public void Predictions_are_compared_and_the_largest_difference_is_named(string present, string candidate, Agreement agreement, string? path)
    {
        var comparison = AnswerComparison.Of(Answer(200, present), Answer(200, candidate));

        Assert.Equal((agreement, path), (comparison.Agreement, comparison.Largest?.Path));
    }

    [Fact]
    public void Who_refuses_what_the_other_answers_differs_and_says_why()
    {
        var comparison = AnswerComparison.Of(Answer(200, """{"predictions":[1]}"""), Answer(400, """{"error_code":"BAD_REQUEST","message":"Model is missing inputs ['c']."}"""));

        Assert.Equal((Agreement.Different, "200", "400 Model is missing inputs ['c']."), (comparison.Agreement, comparison.Largest!.Present, comparison.Largest.Candidate));
    }

    [Fact]
    public void Raw_tensors_are_compared_as_bytes()
    {
        var (one, other) = ("""{"outputs":[{"name":"y"}]}ABCD""", """{"outputs":[{"name":"y"}]}ABCE""");

        var comparison = AnswerComparison.Of(Answer(200, one) with { JsonLength = one.Length - 4 }, Answer(200, other) with { JsonLength = other.Length - 4 });

        Assert.Equal((Agreement.Different, "raw tensors"), (comparison.Agreement, comparison.Largest!.Path));
    }

    [Fact]
    public void What_nodes_found_out_adds_up()
    {
        var (close, far) = (Found("100000", "100050", 1), Found("1", "4", 100));

        var sum = close.Plus(far).Plus(new() { Dropped = 2 });

        Assert.Equal((2, 1, 1, 2), (sum.Compared, sum.Close, sum.Different, sum.Dropped));
        Assert.Equal(["4", "100050"], sum.Largest.Select(d => d.Candidate));
        // The bucket's end is at most the square root of two above the time itself.
        Assert.InRange(ShadowFindings.At(sum.CandidateTimes, 0.95), 100, 142);
        Assert.InRange(ShadowFindings.At(sum.CandidateTimes, 0.5), 1, 1.42);
    }

    private static ShadowFindings Found(string present, string candidate, double milliseconds) => ShadowFindings.Of(
        AnswerComparison.Of(Answer(200, $$"""{"predictions":[{{present}}]}"""), Answer(200, $$"""{"predictions":[{{candidate}}]}""")), TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(milliseconds));

    private static ScoringAnswer Answer(int status, string json) => new(status, Encoding.UTF8.GetBytes(json));
}
