using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>MLflow's scoring protocol over HTTP, answered by a worker process.</summary>
public sealed class InvocationTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Theory]
    [InlineData("""{"dataframe_split": {"columns": ["b", "extra", "a"], "data": [[2, "x", 1.5], [3, "y", 4]], "index": [0, 1]}}""")]
    [InlineData("""{"dataframe_records": [{"a": 1.5, "b": 2}, {"b": 3, "a": 4}], "params": {"unknown": 1}}""")]
    [InlineData("""{"instances": [{"a": 1.5, "b": 2}, {"b": 3, "a": 4}]}""")]
    [InlineData("""{"inputs": {"a": [1.5, 4], "b": [2, 3]}}""")]
    [InlineData("""{"inputs": [[1.5, 2], [4, 3]]}""")]
    public async Task Every_form_of_rows_is_answered_in_rows(string body)
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);

        var answer = await hub.Ann.InvokeAsync(model, "1", body);

        Assert.Equal((200, """{"predictions":[{"sum":3.5},{"sum":7}]}"""), (answer.Status, answer.Text));
        Assert.Equal("1", answer.Headers.GetValues("MlHub-Model-Version").Single());
    }
}
