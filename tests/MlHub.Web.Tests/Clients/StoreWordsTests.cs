namespace MlHub.Web.Tests.Clients;

/// <summary>The words that the tests of MLflow's stores, in its versions 2 and 3, look for in a refusal.</summary>
public sealed class StoreWordsTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Long = "LONG";

    [Theory]
    [InlineData("foo.bar = 'a'", "Invalid entity type 'foo'")]
    [InlineData("status > 'a'", "Invalid comparison operator")]
    [InlineData("metrics.foo LIKE 0", "Invalid comparison operator")]
    [InlineData("attribute.experiment_id = '1'", "Invalid attribute key 'experiment_id' specified")]
    [InlineData("attribute.lifecycle_stage = 'ACTIVE'", "Invalid attribute key 'lifecycle_stage' specified")]
    [InlineData("run_id IN", "Invalid clause(s) in filter string")]
    [InlineData("run_id IN (", "Invalid clause(s) in filter string")]
    [InlineData("run_id IN ()", "While parsing a list in the query, expected a non-empty list of string values, but got empty list")]
    [InlineData("run_id IN (,)", "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("run_id IN ('a',,'b')", "While parsing a list in the query, expected a non-empty list of string values, but got ill-formed list")]
    [InlineData("run_id IN (1,2,3)", "While parsing a list in the query, expected string value, punctuation, or whitespace, but got different type in list")]
    public async Task A_filter_of_runs(string filter, string words) =>
        Refused(words, await hub.Ann.PostedAsync("/runs/search", new { experiment_ids = new[] { "0" }, filter }));

    [Theory]
    [InlineData("Foo", "Invalid filter string")]
    [InlineData("foo.bar = 'a'", "Invalid entity type")]
    [InlineData("name > 'foo'", "Invalid comparison operator")]
    public async Task A_filter_of_logged_models(string filter, string words) =>
        Refused(words, await hub.Ann.PostedAsync("/logged-models/search", new { experiment_ids = new[] { "0" }, filter }));

    [Theory]
    [InlineData("registered-models", "evilhax = true", "Invalid clause(s) in filter string")]
    [InlineData("registered-models", "run_id = 'x'", "Invalid attribute key 'run_id' specified.")]
    [InlineData("registered-models", "source_path = 'A/D'", "Invalid attribute key 'source_path' specified.")]
    [InlineData("model-versions", "name LIKE", "Invalid clause(s) in filter string")]
    [InlineData("model-versions", "run_id IN ()", "expected a non-empty list of string values, but got empty list")]
    public async Task A_filter_of_the_registry(string what, string filter, string words) =>
        Refused(words, await hub.Ann.GotAsync($"/{what}/search?filter={Uri.EscapeDataString(filter)}"));

    [Theory]
    [InlineData("order_by=name+ASC&order_by=last_updated_timestamp+DESC+blah", "Invalid order_by clause 'last_updated_timestamp DESC blah'")]
    [InlineData("order_by=name&order_by=no_column", "Invalid attribute key 'no_column' specified")]
    [InlineData("order_by=timestamp&order_by=last_updated_timestamp+DESC", "`order_by` contains duplicate fields: ")]
    [InlineData("page_token=evilhax", "Invalid page token, could not base64-decode")]
    public async Task An_order_and_a_page(string query, string words)
    {
        Refused(words, await hub.Ann.GotAsync($"/registered-models/search?{query}"));
        Refused(words, await hub.Ann.GotAsync($"/model-versions/search?{query}"));
    }

    [Theory]
    [InlineData("/experiments/create", """{"name":"LONG"}""", "Experiment name exceeds the maximum length of 500")]
    [InlineData("/experiments/set-experiment-tag", """{"experiment_id":"EXPERIMENT","key":"k","value":"LONG"}""", "'value' exceeds the maximum length of 5000 characters")]
    [InlineData("/experiments/set-experiment-tag", """{"experiment_id":"EXPERIMENT","key":"k","value":"LONG"}""", "exceeded length limit of 5000")]
    [InlineData("/runs/log-inputs", """{"run_id":"RUN","datasets":[{"dataset":{"name":"LONG","digest":"d","source_type":"t","source":"s"}}]}""", "Dataset name exceeds the maximum length of 500")]
    [InlineData("/runs/log-inputs", """{"run_id":"RUN","datasets":[{"dataset":{"name":"n","digest":"LONG","source_type":"t","source":"s"}}]}""", "Dataset digest exceeds the maximum length of 36")]
    [InlineData("/runs/log-inputs", """{"run_id":"RUN","datasets":[{"tags":[{"key":"LONG","value":"v"}],"dataset":{"name":"n","digest":"d","source_type":"t","source":"s"}}]}""", "InputTag key exceeds the maximum length of 255")]
    [InlineData("/runs/log-inputs", """{"run_id":"RUN","datasets":[{"tags":[{"key":"k","value":"LONG"}],"dataset":{"name":"n","digest":"d","source_type":"t","source":"s"}}]}""", "InputTag value exceeds the maximum length of 500")]
    [InlineData("/runs/search", """{"experiment_ids":["12abc"]}""", "Experiment ID must be a valid integer")]
    [InlineData("/runs/create", """{"experiment_id":"EXPERIMENT","run_name":"test","tags":[{"key":"mlflow.runName","value":"test_2"}]}""", "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='test', mlflow.runName='test_2').")]
    public async Task A_change(string call, string body, string words)
    {
        var (experiment, run) = await hub.GivenRunAsync();

        Refused(words, await hub.Ann.PostedAsync(call, body.Replace(Long, new string('x', 5001), StringComparison.Ordinal).Replace("EXPERIMENT", experiment, StringComparison.Ordinal).Replace("RUN", run, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_experiment_that_is_not_deleted_and_shall_be_restored()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/experiments/restore", new { experiment_id = experiment });

        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (answer.Status, answer.Code));
        Assert.StartsWith($"No Experiment with id={experiment} exists", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_a_model_or_a_prompt_has()
    {
        var (model, prompt) = ($"m{Guid.NewGuid():N}", $"p{Guid.NewGuid():N}");
        var tags = new[] { new { key = "mlflow.prompt.is_prompt", value = "true" } };
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        await hub.Ann.CallAsync("/registered-models/create", new { name = prompt, tags });

        Assert.Equal($"Registered Model (name={model}) already exists.", await TakenAsync(hub.Ann, new { name = model }));
        Assert.Equal($"Prompt (name={prompt}) already exists.", await TakenAsync(hub.Ann, new { name = prompt, tags }));
        Assert.Equal($"Tried to create a prompt with name '{model}', but the name is already taken by a registered model.", await TakenAsync(hub.Ann, new { name = model, tags }));
        Assert.Equal($"Tried to create a registered model with name '{prompt}', but the name is already taken by a prompt.", await TakenAsync(hub.Ann, new { name = prompt }));
        Assert.Equal($"Registered Model (name={prompt}) already exists.", await TakenAsync(hub.Bob, new { name = prompt }));
    }

    private static async Task<string?> TakenAsync(HttpClient who, object model)
    {
        var answer = await who.PostedAsync("/registered-models/create", model);
        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS"), (answer.Status, answer.Code));
        return answer.Message;
    }

    private static void Refused(string words, Answer answer)
    {
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }
}
