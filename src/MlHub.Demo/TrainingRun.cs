using System.Globalization;
using MlHub.Demo.Boosting;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo;

/// <summary>One model's way from hyper-parameters to a finished run with everything logged.</summary>
internal sealed class TrainingRun(MlflowClient client, Uri hub, string experimentId, string userName, DemoOptions options, TextWriter log)
{
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(10);

    public async Task<DemoRun> RunAsync(TrainingPlan plan, DataSplit data, CancellationToken cancellation)
    {
        RunInfo run = await client.CreateRunAsync(experimentId, userName, plan.Name, Now, RunFacts.Tags(userName), cancellation);
        await AnnounceAsync(plan, run);
        try
        {
            await client.LogParametersAsync(run.RunId, RunFacts.Parameters(plan, data, options), cancellation);
            await client.LogInputsAsync(run.RunId, RunFacts.Datasets(plan, data, options.DataFile), cancellation);
            FittedModel fitted = await new LiveFit(client, options, run.RunId, plan).FitAsync(data, cancellation);
            await KeepAsync(run, plan, data, fitted, cancellation);
            await client.EndRunAsync(run.RunId, "FINISHED", Now, cancellation);
            await log.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Name}: validation RMSE ${fitted.Last.Validation.Rmse:N0}, R2 {fitted.Last.Validation.R2:0.000}"));
            return new DemoRun(run.RunId, plan.Name, "FINISHED");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await EndBadlyAsync(run, "KILLED");
            throw;
        }
        catch (Exception failure)
        {
            // One failed run is no reason to leave the others out; the next one fails too if the server is gone.
            await log.WriteLineAsync($"{plan.Name} failed: {failure.Message}");
            await EndBadlyAsync(run, "FAILED");
            return new DemoRun(run.RunId, plan.Name, "FAILED");
        }
    }

    private DateTimeOffset Now => options.Clock.GetUtcNow();

    private async Task AnnounceAsync(TrainingPlan plan, RunInfo run)
    {
        if (plan.Live)
        {
            await log.WriteLineAsync($"Watch it learn: {hub.AbsoluteUri.TrimEnd('/')}/experiments/{experimentId}/runs/{run.RunId}");
        }
    }

    private async Task KeepAsync(RunInfo run, TrainingPlan plan, DataSplit data, FittedModel fitted, CancellationToken cancellation)
    {
        var evaluation = new Evaluation(plan, data.Validation, fitted);
        MlflowModelFolder folder = evaluation.ModelFolder(run.RunId, Now);
        foreach (ArtifactFile file in folder.Files.Concat(evaluation.Files))
        {
            await client.UploadAsync(run, file.Path, file.Content, cancellation);
        }

        await client.LogModelAsync(run.RunId, folder.ToJson(), cancellation);
        await client.SetTagAsync(run.RunId, "mlflow.note.content", evaluation.Notes, cancellation);
    }

    private async Task EndBadlyAsync(RunInfo run, string status)
    {
        using var timeout = new CancellationTokenSource(FarewellTimeout);
        try
        {
            await client.EndRunAsync(run.RunId, status, Now, timeout.Token);
        }
        catch (Exception refusal) when (refusal is MlflowException or HttpRequestException or OperationCanceledException)
        {
            await log.WriteLineAsync($"Run {run.RunId} could not be marked {status}: {refusal.Message}");
        }
    }
}
