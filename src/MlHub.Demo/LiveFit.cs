using System.Diagnostics;
using MlHub.Demo.Boosting;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo;

/// <summary>Fits a model and logs its metrics while it learns: of a live run every iteration at once, of the others in batches.</summary>
internal sealed class LiveFit(MlflowClient client, DemoOptions options, string runId, TrainingPlan plan)
{
    private const int PointsPerBatch = 100;

    private readonly List<MetricPoint> _pending = [];
    private readonly Stopwatch _fitting = new();

    public async Task<FittedModel> FitAsync(DataSplit data, CancellationToken cancellation)
    {
        var trees = new GradientBoostedTrees(plan.Boosting);
        BoostingStep? last = null;
        BoostingStep? best = null;
        using PeriodicTimer? pace = Pace();
        foreach (BoostingStep step in Timed(trees.Fit(data.Training, data.Validation)))
        {
            last = step;
            best = best is null || step.Validation.Rmse < best.Validation.Rmse ? step : best;
            await LogAsync(step, cancellation);
            if (pace is not null)
            {
                await pace.WaitForNextTickAsync(cancellation);
            }
        }

        if (last is null || best is null)
        {
            throw new InvalidOperationException("A model needs at least one iteration.");
        }

        var fitted = new FittedModel(trees.Model, last, best, MeanPredictor(data));
        await LogSummaryAsync(fitted, cancellation);
        return fitted;
    }

    private PeriodicTimer? Pace() =>
        plan.Live && options.SlowRunDelay > TimeSpan.Zero ? new PeriodicTimer(options.SlowRunDelay, options.Clock) : null;

    // Counts the time the trees take, not the time their metrics take to be logged.
    private IEnumerable<BoostingStep> Timed(IEnumerable<BoostingStep> steps)
    {
        _fitting.Start();
        foreach (BoostingStep step in steps)
        {
            _fitting.Stop();
            yield return step;
            _fitting.Start();
        }

        _fitting.Stop();
    }

    private async Task LogAsync(BoostingStep step, CancellationToken cancellation)
    {
        Add("train_rmse", step.Training.Rmse, step.Iteration);
        Add("val_rmse", step.Validation.Rmse, step.Iteration);
        Add("val_mae", step.Validation.Mae, step.Iteration);
        Add("val_r2", step.Validation.R2, step.Iteration);
        if (plan.Live || _pending.Count >= PointsPerBatch)
        {
            await FlushAsync(cancellation);
        }
    }

    private async Task LogSummaryAsync(FittedModel fitted, CancellationToken cancellation)
    {
        Add("fit_seconds", _fitting.Elapsed.TotalSeconds, 0);
        Add("best_iteration", fitted.Best.Iteration, 0);
        Add("best_val_rmse", fitted.Best.Validation.Rmse, 0);
        Add("baseline_val_rmse", fitted.Baseline.Rmse, 0);
        await FlushAsync(cancellation);
    }

    private void Add(string key, double value, int step) =>
        _pending.Add(new MetricPoint(key, value, options.Clock.GetUtcNow().ToUnixTimeMilliseconds(), step));

    private async Task FlushAsync(CancellationToken cancellation)
    {
        await client.LogMetricsAsync(runId, [.. _pending], cancellation);
        _pending.Clear();
    }

    private static RegressionScores MeanPredictor(DataSplit data)
    {
        double mean = data.Training.Targets.Average();
        return RegressionScores.Of(data.Validation.Targets, [.. Enumerable.Repeat(mean, data.Validation.Count)]);
    }
}
