using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Core.Tests.Tracking.Search;

/// <summary>A real database with runs to search. The only place of these tests that knows which database it is.</summary>
public sealed class SearchDatabase : IAsyncLifetime
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"mlhub-search-{Guid.NewGuid():N}.db");
    private readonly SqliteWriteLock _turn = new();

    public HubDb Open() =>
        new SqliteHubDb(new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite($"Data Source={_file}").Options, _turn);

    public async ValueTask InitializeAsync()
    {
        await using var db = Open();
        await db.Database.MigrateAsync();
    }

    public ValueTask DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(_file) + "*"))
        {
            File.Delete(file);
        }

        _turn.Dispose();
        return ValueTask.CompletedTask;
    }

    public async Task<long> GivenExperimentAsync(
        string name, long updated = 0, long created = 0, bool deleted = false, params (string Key, string Value)[] tags)
    {
        await using var db = Open();
        var experiment = new Experiment
        {
            Name = name,
            ArtifactLocation = "s3://bucket/" + name,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(created),
            UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(updated),
            Tags = [.. tags.Select(t => new ExperimentTag { Key = t.Key, Value = t.Value })],
        };
        if (deleted)
        {
            experiment.Delete("ann", DateTimeOffset.FromUnixTimeMilliseconds(updated));
        }

        db.Add(experiment);
        await db.SaveChangesAsync();
        return experiment.Id;
    }

    /// <summary>A run; <paramref name="logged"/> is like <c>acc=0.9; lr:'0.1'; team#x; iris@d1(training)</c>: a metric, a param, a tag, a dataset.</summary>
    public async Task<long> GivenRunAsync(
        string name, string logged = "", long experiment = Experiment.DefaultId, RunStatus status = RunStatus.Running, long start = 0, long? end = null,
        string user = "ann", bool deleted = false, string? runId = null)
    {
        await using var db = Open();
        var run = new Run
        {
            RunId = runId ?? Guid.NewGuid().ToString("N"),
            ExperimentId = experiment,
            Name = name,
            UserId = user,
            CreatedBy = "caller",
            Status = status,
            StartTime = start,
            EndTime = end,
            IsDeleted = deleted,
        };
        db.Add(run);
        await db.SaveChangesAsync();
        foreach (var one in logged.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            await LogAsync(db, run, one);
        }

        await db.SaveChangesAsync();
        return run.Key;
    }

    /// <summary>The names of the runs of one page, in order, and the token of the next.</summary>
    public async Task<(List<string> Names, string? Next)> PageAsync(RunSearch search, params long[] readable)
    {
        await using var db = Open();
        var page = await RunQuery.PageAsync(db, readable is [] ? search.ExperimentIds : readable, search, CancellationToken.None);
        var runs = await RunReader.ReadAsync(db, page.Items, CancellationToken.None);
        return (runs.Select(r => r.Run.Name).ToList(), page.NextPageToken);
    }

    private static async Task LogAsync(HubDb db, Run run, string one)
    {
        if (one.Split('@') is [var dataset, var rest])
        {
            var data = new Dataset { ExperimentId = run.ExperimentId, Name = dataset, Digest = rest.Split('(')[0], SourceType = "local", Source = "{}" };
            db.Add(data);
            await db.SaveChangesAsync();
            var context = rest.Contains('(') ? $$"""{"mlflow.data.context":"{{rest.Split('(', ')')[1]}}"}""" : "{}";
            db.Add(new RunInput { RunKey = run.Key, DatasetId = data.Id, Tags = context });
        }
        else if (one.Split(':', 2) is [var param, var text] && !param.Contains('='))
        {
            db.Add(new Param { RunKey = run.Key, Key = param, Value = text.Trim('\'') });
        }
        else if (one.Split('#', 2) is [var tag, var value])
        {
            db.Add(new RunTag { RunKey = run.Key, Key = tag, Value = value });
        }
        else
        {
            var metric = one.Split('=');
            var (stored, kind) = MetricValue.Of(double.Parse(metric[1], CultureInfo.InvariantCulture));
            db.Add(new MetricSeries { RunKey = run.Key, ExperimentId = run.ExperimentId, Key = metric[0], Value = stored, Kind = kind, Step = 3, Timestamp = 4, Points = 5 });
        }
    }
}
