using MlHub.Web.Tests.Api;

namespace MlHub.Web.Tests.Calls;

/// <summary>How many entries a page of each call may have.</summary>
public sealed class PageSizeTests(SharedHub hub) : IClassFixture<SharedHub>
{
    /// <summary>The largest page of each call that has <c>max_results</c>; of those in <see cref="Cut"/> a larger one is cut to it.</summary>
    private static readonly Dictionary<string, int> Largest = new()
    {
        ["GET mlflow/experiments/search"] = Limits.SearchExperimentsMax,
        ["POST mlflow/experiments/search"] = Limits.SearchExperimentsMax,
        ["GET mlflow/experiments/list"] = Limits.SearchExperimentsMax,
        ["POST mlflow/runs/search"] = Limits.SearchRunsMax,
        ["POST mlflow/logged-models/search"] = Limits.SearchLoggedModelsMax,
        ["GET mlflow/metrics/get-history"] = Limits.HistoryPageMax,
        ["GET mlflow/metrics/get-history-bulk"] = Limits.HistoryPageMax,
        ["GET mlflow/metrics/get-history-bulk-interval"] = Limits.SampledStepsMax,
        ["GET mlflow/registered-models/search"] = Limits.SearchModelsMax,
        ["GET mlflow/registered-models/list"] = Limits.SearchModelsMax,
        ["GET mlflow/model-versions/search"] = Limits.SearchVersionsMax,
        ["GET mlflow/model-versions/activities"] = Limits.TimelinePageMax,
        ["GET mlhub/inbox/list"] = Limits.InboxPage,
        ["GET mlflow/webhooks"] = Limits.WebhooksPage,
        ["GET mlflow/registry-webhooks/list"] = Limits.WebhooksPage,
        ["GET mlhub/webhooks/list"] = Limits.WebhooksPage,
        ["GET mlhub/webhooks/deliveries"] = Limits.DeliveriesPage,
        ["GET mlhub/serving/captured"] = Limits.CapturedPage,
    };

    private static readonly string[] Cut = ["GET mlflow/metrics/get-history", "GET mlflow/metrics/get-history-bulk"];

    /// <summary>Of none at all, as MLflow's server answers it.</summary>
    private static readonly string[] MayBeEmpty = ["GET mlflow/metrics/get-history-bulk"];

    [Fact]
    public async Task A_page_has_at_least_one_entry_and_at_most_what_the_table_says()
    {
        List<string> wrong = [];
        var paged = FieldedCall.All(hub, await CallTarget.GivenAsync(hub.Ann)).Where(c => c.Message?.Properties.Any(p => p.Name == "max_results") == true).ToList();

        Assert.Equal(Largest.Keys.Order(), paged.Select(c => c.Name).Order());
        foreach (var call in paged)
        {
            await (call.Sample.Given?.Invoke(hub) ?? Task.CompletedTask);
            await RequireAsync(call, "-1", isTaken: false);
            await RequireAsync(call, "0", isTaken: MayBeEmpty.Contains(call.Name));
            await RequireAsync(call, "1", isTaken: true);
            await RequireAsync(call, $"{Largest[call.Name]}", isTaken: true);
            await RequireAsync(call, $"{Largest[call.Name] + 1}", isTaken: Cut.Contains(call.Name));
            await RequireAsync(call, "1.5", isTaken: false);
            await RequireAsync(call, $"{long.MinValue}", isTaken: false);
            await RequireAsync(call, $"{long.MaxValue}", isTaken: Cut.Contains(call.Name));
            await RequireAsync(call, "99999999999999999999", isTaken: false);
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        async Task RequireAsync(FieldedCall call, string size, bool isTaken)
        {
            var answer = await call.With("max_results", size).AskAsync(call.Sample.Stranger == 403 ? hub.Ada : hub.Ann);
            var isRefused = (answer.Status, answer.Code) == (400, "INVALID_PARAMETER_VALUE") && answer.Message!.Contains("max_results", StringComparison.Ordinal);
            wrong.AddRange((isTaken ? answer.Status == 200 : isRefused) ? [] : [$"{call.Name} with max_results of {size} answered {answer.Status} {answer.Text}"]);
        }
    }
}
