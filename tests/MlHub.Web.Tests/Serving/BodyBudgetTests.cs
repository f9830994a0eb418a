using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Web.Serving;

namespace MlHub.Web.Tests.Serving;

public sealed class BodyBudgetTests
{
    [Fact]
    public void Sixteen_of_the_largest_fit_and_room_comes_back()
    {
        var budget = new BodyBudget(new() { Launch = new WorkerLaunch("", [], new Dictionary<string, string>()), Folder = "", BodyBytes = 100 });
        var taken = Enumerable.Range(0, 16).Select(i => budget.Take(i % 2 == 0 ? null : 5000)).ToList();

        Assert.Equal(HubError.TooManyRequests, Assert.Throws<HubException>(() => budget.Take(1)).Error);
        taken[0].Dispose();
        using (budget.Take(60))
        {
            budget.Take(40).Dispose();
            Assert.Throws<HubException>(() => budget.Take(41));
        }
    }
}
