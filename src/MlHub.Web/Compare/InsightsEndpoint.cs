using Microsoft.AspNetCore.Http.HttpResults;
using MlHub.Compare;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Compare;

/// <summary>What a comparison of runs has to compute: what explains a metric, and whether settings differ by more than their seeds. The page shows itself first and then asks for it.</summary>
public sealed class InsightsEndpoint(RunComparisons comparisons)
{
    public const string Path = "/compare/insights";

    public void Map(IEndpointRouteBuilder app) => app.MapGet(Path, MlflowErrors.Around(AnswerAsync)).Declare(AccessKind.Page);

    private async Task AnswerAsync(HttpContext context)
    {
        var asked = context.Request.Query;
        var comparison = await comparisons.CompareAsync(context.User.AsCaller(), RunList.Read(asked["runs"]), context.RequestAborted);
        var metric = ExplainedMetric.OrNull(comparison, asked["metric"]) ?? throw HubException.NotFound("No metric differs among these runs.");
        await new RazorComponentResult<Insights>(new
        {
            Comparison = comparison,
            Metric = metric,
            Runs = asked["runs"].ToString(),
            Baseline = asked["baseline"].ToString() is { Length: > 0 } named ? named : null,
        }).ExecuteAsync(context);
    }
}
