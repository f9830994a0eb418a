using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Testing.Databases;

/// <summary>Puts rows straight into a test's database, and reads them back.</summary>
public static class GivenRuns
{
    public static async Task<Experiment> GivenExperimentAsync(this TestDatabase database)
    {
        var experiment = new Experiment { Name = Guid.NewGuid().ToString("N"), ArtifactLocation = "mlflow-artifacts:/x", CreatedAt = DateTimeOffset.UnixEpoch };
        await database.Hub.WriteAsync(db => Task.FromResult(db.Add(experiment)), CancellationToken.None);
        return experiment;
    }

    public static async Task<Run> GivenRunAsync(this TestDatabase database, long experimentId = Experiment.DefaultId)
    {
        var run = new Run { RunId = Guid.NewGuid().ToString("N"), ExperimentId = experimentId, Name = "quiet-crane-1", UserId = "ann", CreatedBy = "ann" };
        await database.Hub.WriteAsync(db => Task.FromResult(db.Add(run)), CancellationToken.None);
        return run;
    }

    /// <summary>A person who is no administrator.</summary>
    public static async Task<Caller> GivenPersonAsync(this TestDatabase database, string name, long experimentId, Permission permission)
    {
        var user = new HubUser { Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = name.ToUpperInvariant() };
        await database.Hub.WriteAsync(
            db =>
            {
                db.Add(user);
                if (permission != Permission.None)
                {
                    db.Add(new ExperimentGrant { ExperimentId = experimentId, UserId = user.Id, Permission = permission });
                }

                return Task.CompletedTask;
            },
            CancellationToken.None);
        return user.AsCaller();
    }

    public static async Task<MetricSeries> SeriesAsync(this TestDatabase database, Run run, string key)
    {
        await using var db = database.Hub.Open();
        return await db.MetricSeries.AsNoTracking().SingleAsync(s => s.RunKey == run.Key && s.Key == key);
    }

    public static async Task<List<MetricPoint>> HistoryAsync(this TestDatabase database, Run run, string key) =>
        await database.Logs.HistoryAsync((await database.SeriesAsync(run, key)).Id, after: null, int.MaxValue, CancellationToken.None);
}
