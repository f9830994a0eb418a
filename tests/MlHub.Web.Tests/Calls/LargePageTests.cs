using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;

namespace MlHub.Web.Tests.Calls;

/// <summary>A page of as many entries as a client may ask for, which is more than a statement has parameters.</summary>
public sealed class LargePageTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const int Many = 40_000;

    [Fact]
    public async Task Forty_thousand_experiments_come_in_one_page()
    {
        Assert.SkipWhen(TestHub.Database == DatabaseProvider.SqlServer, "The rows are made by a statement of the other two.");
        await using var db = hub.Open();
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO experiments (name, artifact_location, is_deleted, is_purged, created_at, updated_at)
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Many}) SELECT 'many-' || i, '', FALSE, FALSE, 0, 0 FROM n
            """);

        var page = await hub.Ada.PostedAsync("/experiments/search", new { max_results = Limits.SearchExperimentsMax });

        Assert.True(page.Status == 200, page.Text[..Math.Min(page.Text.Length, 300)]);
        Assert.Equal(Many + 1, page.Json["experiments"]!.AsArray().Count);
    }
}
