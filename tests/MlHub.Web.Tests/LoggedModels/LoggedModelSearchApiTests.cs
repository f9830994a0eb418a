namespace MlHub.Web.Tests.LoggedModels;

public sealed class LoggedModelSearchApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_newest_comes_first_and_only_of_the_experiments_asked_for()
    {
        var (one, two) = (await GivenExperimentAsync(), await GivenExperimentAsync());
        await hub.Ann.GivenLoggedModelAsync(one, "first");
        await hub.Ann.GivenLoggedModelAsync(two, "elsewhere");
        await hub.Ann.GivenLoggedModelAsync(one, "second");

        Assert.Equal(["second", "first"], await hub.Ann.FoundModelsAsync(new { experiment_ids = new[] { one } }));
        Assert.Equal(["second", "elsewhere", "first"], await hub.Ann.FoundModelsAsync(new { experiment_ids = new[] { one, two } }));
        Assert.Empty(await hub.Ann.FoundModelsAsync(new { }));
        Assert.Empty(await hub.Bob.FoundModelsAsync(new { experiment_ids = new[] { one } }));
    }

    [Theory]
    [InlineData("name = 'ridge'", "ridge")]
    [InlineData("name != 'ridge'", "tree", "lasso")]
    [InlineData("name LIKE '%as%'", "lasso")]
    [InlineData("attributes.name ILIKE 'RIDGE'", "ridge")]
    [InlineData("name IN ('ridge', 'tree')", "tree", "ridge")]
    [InlineData("name = 'ridge' OR name = 'lasso'", "lasso", "ridge")]
    [InlineData("NOT (name = 'ridge')", "tree", "lasso")]
    [InlineData("model_type = 'linear'", "lasso", "ridge")]
    [InlineData("model_type IS NULL", "tree")]
    [InlineData("status = 'READY'", "ridge")]
    [InlineData("status = 'LOGGED_MODEL_READY'", "ridge")]
    [InlineData("status = 'FAILED'", "tree")]
    [InlineData("status = 'PENDING'", "lasso")]
    [InlineData("status NOT IN ('LOGGED_MODEL_READY', 'PENDING')", "tree")]
    [InlineData("params.alpha = '0.5'", "ridge")]
    [InlineData("params.alpha LIKE '0.%'", "lasso", "ridge")]
    [InlineData("tags.team = 'a' AND params.alpha = '0.1'", "lasso")]
    [InlineData("tags.`team` != 'a'", "tree")]
    [InlineData("metrics.r2 > 0.5", "tree", "lasso")]
    [InlineData("metrics.r2 <= 0.5", "ridge")]
    [InlineData("metrics.r2 BETWEEN 0.5 AND 0.7", "lasso", "ridge")]
    [InlineData("metrics.absent = 1")]
    [InlineData("creation_timestamp > 0 AND last_updated_timestamp > 0 AND creation_time > 0", "tree", "lasso", "ridge")]
    [InlineData("creation_timestamp < 5")]
    [InlineData("source_run_id = 'RUN'", "ridge")]
    [InlineData("model_id = 'ID'", "lasso")]
    [InlineData("experiment_id = 'EXPERIMENT'", "tree", "lasso", "ridge")]
    public async Task A_filter_finds(string filter, params string[] names)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var ridge = await hub.Ann.GivenLoggedModelAsync(experiment, "ridge", run, "linear", [("alpha", "0.5")], [("team", "a")]);
        var lasso = await hub.Ann.GivenLoggedModelAsync(experiment, "lasso", null, "linear", [("alpha", "0.1")], [("team", "a")]);
        var tree = await hub.Ann.GivenLoggedModelAsync(experiment, "tree", tags: [("team", "b")]);
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/mlflow/logged-models/{ridge}", new { status = "LOGGED_MODEL_READY" });
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/mlflow/logged-models/{tree}", new { status = "LOGGED_MODEL_UPLOAD_FAILED" });
        await hub.Ann.GivenModelMetricAsync(run, ridge, "r2", 0.5);
        await hub.Ann.GivenModelMetricAsync(run, lasso, "r2", 0.6);
        await hub.Ann.GivenModelMetricAsync(run, tree, "r2", 0.9);

        var found = await hub.Ann.FoundModelsAsync(new
        {
            experiment_ids = new[] { experiment },
            filter = filter.Replace("RUN", run, StringComparison.Ordinal).Replace("EXPERIMENT", experiment, StringComparison.Ordinal).Replace("'ID'", $"'{lasso}'", StringComparison.Ordinal),
        });

        Assert.Equal(names, found);
    }

    [Fact]
    public async Task The_order_is_as_asked_for_and_models_without_the_metric_come_last()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var one = await hub.Ann.GivenLoggedModelAsync(experiment, "b");
        await hub.Ann.GivenLoggedModelAsync(experiment, "c");
        var three = await hub.Ann.GivenLoggedModelAsync(experiment, "a");
        await hub.Ann.GivenModelMetricAsync(run, one, "val/acc", 0.9, timestamp: 1);
        await hub.Ann.GivenModelMetricAsync(run, one, "val/acc", 0.2, timestamp: 2);
        await hub.Ann.GivenModelMetricAsync(run, three, "val/acc", 0.5);

        // The latest point decides: 0.2 of b, not its 0.9.
        Assert.Equal(["a", "b", "c"], await OrderedAsync(new { field_name = "name" }));
        Assert.Equal(["c", "b", "a"], await OrderedAsync(new { field_name = "name", ascending = false }));
        Assert.Equal(["b", "a", "c"], await OrderedAsync(new { field_name = "metrics.val/acc" }));
        Assert.Equal(["a", "b", "c"], await OrderedAsync(new { field_name = "metrics.val/acc", ascending = false }));
        Assert.Equal(["b", "c", "a"], await OrderedAsync(new { field_name = "creation_timestamp" }));
        Assert.Equal(["a", "c", "b"], await OrderedAsync(new { field_name = "creation_time", ascending = false }));
        Assert.Equal(["a", "c", "b"], await OrderedAsync(new { field_name = "metrics.absent" }));

        Task<string[]> OrderedAsync(object by) => hub.Ann.FoundModelsAsync(new { experiment_ids = new[] { experiment }, order_by = new[] { by } });
    }

    [Fact]
    public async Task An_order_and_a_filter_can_be_about_certain_data()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var one = await hub.Ann.GivenLoggedModelAsync(experiment, "one");
        var two = await hub.Ann.GivenLoggedModelAsync(experiment, "two");
        await hub.Ann.GivenLoggedModelAsync(experiment, "three");
        await hub.Ann.GivenModelMetricAsync(run, one, "acc", 0.9, timestamp: 1, dataset: "train", digest: "d1");
        await hub.Ann.GivenModelMetricAsync(run, one, "acc", 0.3, timestamp: 2, dataset: "test", digest: "d2");
        await hub.Ann.GivenModelMetricAsync(run, two, "acc", 0.8, timestamp: 1, dataset: "train", digest: "d1");
        await hub.Ann.GivenModelMetricAsync(run, two, "acc", 0.6, timestamp: 2, dataset: "test", digest: "d2");

        Assert.Equal(["one", "two", "three"], await SearchAsync(new { field_name = "metrics.acc", ascending = false, dataset_name = "train" }));
        Assert.Equal(["two", "one", "three"], await SearchAsync(new { field_name = "metrics.acc", ascending = false, dataset_name = "test", dataset_digest = "d2" }));
        Assert.Equal(["three", "two", "one"], await SearchAsync(new { field_name = "metrics.acc", dataset_name = "test", dataset_digest = "d1" }));
        Assert.Equal(["one"], await SearchAsync(null, "metrics.acc > 0.85"));
        Assert.Equal(["two", "one"], await SearchAsync(null, "metrics.acc > 0.7", new { dataset_name = "train" }));
        Assert.Empty(await SearchAsync(null, "metrics.acc > 0.7", new { dataset_name = "test" }));
        Assert.Equal(["two", "one"], await SearchAsync(null, null, new { dataset_name = "test", dataset_digest = "d2" }));
        Assert.Empty(await SearchAsync(null, null, new { dataset_name = "test", dataset_digest = "d1" }));

        Task<string[]> SearchAsync(object? order, string? filter = null, object? dataset = null) => hub.Ann.FoundModelsAsync(new
        {
            experiment_ids = new[] { experiment },
            filter,
            order_by = order is null ? null : new[] { order },
            datasets = dataset is null ? null : new[] { dataset },
        });
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        var experiment = await GivenExperimentAsync();
        for (var i = 0; i < 5; i++)
        {
            await hub.Ann.GivenLoggedModelAsync(experiment, $"n{i}");
        }

        List<string> names = [];
        string? token = null;
        do
        {
            var page = await hub.Ann.CallAsync("/logged-models/search", new { experiment_ids = new[] { experiment }, max_results = 2, page_token = token });
            names.AddRange(page["models"]!.AsArray().Select(m => (string)m!["info"]!["name"]!));
            token = (string?)page["next_page_token"];
            await hub.Ann.GivenLoggedModelAsync(experiment, "meanwhile");
        }
        while (token is not null);

        Assert.Equal(["n4", "n3", "n2", "n1", "n0"], names);
    }

    [Fact]
    public async Task A_page_has_fifty_models_where_nothing_is_said()
    {
        var experiment = await GivenExperimentAsync();
        for (var i = 0; i < 51; i++)
        {
            await hub.Ann.GivenLoggedModelAsync(experiment);
        }

        var page = await hub.Ann.CallAsync("/logged-models/search", new { experiment_ids = new[] { experiment } });

        Assert.Equal(50, page["models"]!.AsArray().Count);
        Assert.NotNull(page["next_page_token"]);
    }

    [Theory]
    [InlineData("""{"experiment_ids":["0"],"max_results":0}""", "max_results")]
    [InlineData("""{"experiment_ids":["0"],"max_results":1001}""", "at most 1000")]
    [InlineData("""{"experiment_ids":["x"]}""", "Invalid experiment ID")]
    [InlineData("""{"experiment_ids":["0"],"page_token":"made up"}""", "page_token")]
    [InlineData("""{"experiment_ids":["0"],"filter":"color = 'red'"}""", "Invalid attribute key 'color'")]
    [InlineData("""{"experiment_ids":["0"],"filter":"metrics.a = 'text'"}""", "number")]
    [InlineData("""{"experiment_ids":["0"],"order_by":[{"field_name":"color"}]}""", "Invalid order by field name: color")]
    [InlineData("""{"experiment_ids":["0"],"order_by":[{"field_name":"colors.red"}]}""", "Invalid order by field name: colors.red")]
    [InlineData("""{"experiment_ids":["0"],"order_by":[{"ascending":true}]}""", "order_by[0].field_name")]
    [InlineData("""{"experiment_ids":["0"],"datasets":[{"dataset_digest":"d"}]}""", "`dataset_name` in the `datasets` clause must be specified.")]
    [InlineData("""{"experiment_ids":["0"],"datasets":[null]}""", "`dataset_name`")]
    public async Task A_search_that_is_wrong_is_refused(string body, string message)
    {
        var answer = await hub.Ann.PostedAsync("/logged-models/search", body);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_token_is_good_for_its_own_search_only()
    {
        var experiment = await GivenExperimentAsync();
        await hub.Ann.GivenLoggedModelAsync(experiment);
        await hub.Ann.GivenLoggedModelAsync(experiment);
        var first = await hub.Ann.CallAsync("/logged-models/search", new { experiment_ids = new[] { experiment }, max_results = 1, order_by = new[] { new { field_name = "metrics.a", dataset_name = "x" } } });

        var other = await hub.Ann.PostedAsync("/logged-models/search", new
        {
            experiment_ids = new[] { experiment },
            max_results = 1,
            order_by = new[] { new { field_name = "metrics.a", dataset_name = "y" } },
            page_token = (string)first["next_page_token"]!,
        });

        Assert.Equal(400, other.Status);
    }

    private Task<string> GivenExperimentAsync() => hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
}
