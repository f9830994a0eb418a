using System.Diagnostics;

namespace MlHub.Web.Tests.Operations;

/// <summary>How a call must be answered that met an outage.</summary>
internal static class OutageRules
{
    /// <summary>A call is told within five seconds; the rest is for a busy machine.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(25);

    public static async Task RequireToldAsync(Func<Task<Answer>> call, int status, string code, int? orStatus = null)
    {
        var waited = Stopwatch.StartNew();
        var answer = await call();

        Assert.InRange(waited.Elapsed, TimeSpan.Zero, Bound);
        if (answer.Status == orStatus)
        {
            return;
        }

        Assert.True((status, code) == (answer.Status, answer.Code), $"{answer.Status} {answer.Text}");
        if (status is 503 or 507)
        {
            Assert.Equal("2", answer.Headers.GetValues("Retry-After").Single());
        }
    }
}
