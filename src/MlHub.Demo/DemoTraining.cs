using MlHub.Demo.Mlflow;

namespace MlHub.Demo;

/// <summary>Trains a few models on real house sales and logs them through the MLflow REST API, as any training script would.</summary>
public static class DemoTraining
{
    private const string Note =
        """
        # House prices in Sacramento

        What is a home worth, by its size, its type and where it stands? Gradient-boosted trees on **932 real sales**
        of five days in the Sacramento area; a fifth of the homes is kept back for validation.

        * `val_rmse` is the metric to compare by, in US dollars
        * `baseline_val_rmse` is what guessing the mean price of the training homes would get
        * `rate-too-high` is a bad run on purpose
        """;

    public static async Task<DemoSummary> RunAsync(
        Uri hub, string userName, string password, DemoOptions options, TextWriter log, CancellationToken cancellation)
    {
        using var client = new MlflowClient(hub, MlflowCredentials.Basic(userName, password), options.Transport);
        Experiment? known = await client.ExperimentOrNullAsync(options.ExperimentName, cancellation);
        if (known is { LifecycleStage: "deleted" })
        {
            throw new InvalidOperationException($"The experiment '{options.ExperimentName}' is deleted. Restore it, or delete it for good, then try again.");
        }

        if (known is not null && !options.Force && await HasFinishedRunsAsync(client, known, cancellation))
        {
            await log.WriteLineAsync($"The experiment '{options.ExperimentName}' has finished runs already; nothing was trained.");
            return new DemoSummary(known.ExperimentId, []);
        }

        string experimentId = known?.ExperimentId ?? await client.CreateExperimentAsync(options.ExperimentName, [new("team", "pricing")], cancellation);
        await client.SetExperimentTagAsync(experimentId, "mlflow.note.content", Note, cancellation);
        foreach (string reader in options.ShareWith)
        {
            await client.ShareExperimentAsync(experimentId, reader, cancellation);
        }

        var training = new TrainingRun(client, hub, experimentId, userName, options, log);
        var registration = new ModelRegistration(client, options, log);
        return new DemoSummary(experimentId, await TrainAsync(training, registration, options, log, cancellation));
    }

    private static async Task<bool> HasFinishedRunsAsync(MlflowClient client, Experiment experiment, CancellationToken cancellation) =>
        (await client.SearchRunsAsync(experiment.ExperimentId, "attributes.status = 'FINISHED'", 1, cancellation)).Count > 0;

    private static async Task<List<DemoRun>> TrainAsync(
        TrainingRun training, ModelRegistration registration, DemoOptions options, TextWriter log, CancellationToken cancellation)
    {
        DataSplit data = HouseSales.Read(options.DataFile).Split(options.ValidationShare, options.SplitSeed);
        await log.WriteLineAsync($"Training {options.Plans.Count} models on {data.Training.Count} homes, {data.Validation.Count} kept back.");
        var runs = new List<DemoRun>();
        foreach (TrainingPlan plan in options.Plans)
        {
            DataSplit known = plan.TrainingRows is { } rows ? data with { Training = data.Training.First(rows) } : data;
            DemoRun run = await training.RunAsync(plan, known.Only(plan.Features), cancellation);
            await registration.RegisterAsync(plan, run, cancellation);
            runs.Add(run);
        }

        return runs;
    }
}
