using System.Net;
using System.Text;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Explanations;

/// <summary>The tab of a run's and of a version's page, as the server sends it.</summary>
public sealed class ExplanationPageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Hostile = "</script><script>alert(1)</script>";

    [Fact]
    public async Task What_was_logged_is_ranked_and_carried_for_the_charts_and_no_name_ends_the_element_it_stands_in()
    {
        var (experiment, run) = await GivenRunAsync(rows: 2, withInputs: true);

        var (status, page) = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("data-explanation-dependence", page, StringComparison.Ordinal);
        Assert.Contains("2 rows · 2 features · base value 10", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains(""","values":[-4,2],"inputs":[7,9]}""", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Hostile, page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("beds</td>", StringComparison.Ordinal) < page.IndexOf("alert(1)", page.IndexOf("beds</td>", StringComparison.Ordinal), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_features_values_the_page_says_so_and_draws_no_dependence()
    {
        var (experiment, run) = await GivenRunAsync(rows: 2, withInputs: false);

        var (_, page) = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations");

        Assert.Contains("own values are not known", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-explanation-dependence", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_rows_a_stated_sample_is_drawn()
    {
        var (experiment, run) = await GivenRunAsync(rows: 1200, withInputs: false);

        Assert.Contains("500 of 1,200 rows, at even distances", (await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations")).Page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_of_several_classes_is_chosen()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "shap/shap_values.npy", Explained.Npy([1, 2, 3], 1, 2, 3, 4, 5, 6));
        await hub.Ann.UploadAsync(experiment, run, "shap/base_values.npy", Explained.Npy([3], 10, 20, 30));

        var (_, first) = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations");
        var (_, last) = await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations&class=2");

        Assert.Contains("""<option value="2">class 2</option>""", first, StringComparison.Ordinal);
        Assert.Contains("base value 10", first, StringComparison.Ordinal);
        Assert.Contains("base value 30", last, StringComparison.Ordinal);
        Assert.Contains("""{"name":"feature 1","values":[6],""", last, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reader_of_a_version_sees_what_its_run_logged_and_others_see_nothing()
    {
        var (_, run) = await GivenRunAsync(rows: 2, withInputs: true);
        var model = $"explained-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlflow/registered-models/permissions/create", new { name = model, username = "bob", permission = "READ" });
        await hub.GivenUserAsync("mallory");

        Assert.Contains("base value 10", (await PageAsync("bob", $"/models/{model}/versions/1?tab=explanations")).Page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("mallory", $"/models/{model}/versions/1?tab=explanations")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PageAsync("bob", $"/experiments/1/runs/{run}?tab=explanations")).Status);
    }

    [Fact]
    public async Task A_run_without_anything_to_explain_says_how_to_log_it()
    {
        var (experiment, run) = await hub.GivenRunAsync();

        Assert.Contains("log_explanation", (await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations")).Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=../../etc")]
    [InlineData("sample=../../etc/passwd.csv")]
    [InlineData("from=computed&model=nothing.onnx")]
    [InlineData("class=-7")]
    [InlineData("class=999")]
    public async Task An_address_that_names_what_is_not_there_is_answered_calmly(string query)
    {
        var (experiment, run) = await GivenRunAsync(rows: 2, withInputs: true);

        Assert.Equal(HttpStatusCode.OK, (await PageAsync("ann", $"/experiments/{experiment}/runs/{run}?tab=explanations&{query}")).Status);
    }

    private async Task<(string Experiment, string Run)> GivenRunAsync(int rows, bool withInputs)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var values = Enumerable.Range(0, rows).SelectMany(r => r % 2 == 0 ? new double[] { 1, -4 } : [1, 2]).ToArray();
        await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", Encoding.UTF8.GetBytes($$"""
            flavors:
              x: {}
            signature:
              inputs: '[{"type": "double", "name": "{{Hostile}}"}, {"type": "double", "name": "beds"}]'
            """));
        await hub.Ann.UploadAsync(experiment, run, "model_explanations_shap/shap_values.npy", Explained.Npy([rows, 2], values));
        await hub.Ann.UploadAsync(experiment, run, "model_explanations_shap/base_values.npy", Explained.Npy([], 10));
        if (withInputs)
        {
            await hub.Ann.UploadAsync(experiment, run, "model_explanations_shap/features.csv", Encoding.UTF8.GetBytes($"beds,{Hostile}\n7,1\n9,2\n"));
        }

        return (experiment, run);
    }

    private async Task<(HttpStatusCode Status, string Page)> PageAsync(string user, string address)
    {
        using var visitor = new Visitor(hub);
        await visitor.SignInAsync(user);
        using var answer = await visitor.Browser.GetAsync(address);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
