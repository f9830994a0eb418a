namespace MlHub.Demo;

/// <summary>How the demo trains; the defaults are what a newcomer should see.</summary>
public sealed record DemoOptions
{
    public string ExperimentName { get; init; } = "sacramento-house-prices";

    public string ModelName { get; init; } = "sacramento-house-prices";

    public string DataFile { get; init; } = HouseSales.DefaultFile;

    public double ValidationShare { get; init; } = 0.2;

    public int SplitSeed { get; init; } = 20;

    public IReadOnlyList<TrainingPlan> Plans { get; init; } = TrainingPlan.Defaults;

    /// <summary>The time a live run takes for each iteration: 400 iterations last about 90 seconds.</summary>
    public TimeSpan SlowRunDelay { get; init; } = TimeSpan.FromMilliseconds(220);

    /// <summary>Accounts that may read the experiment and decide about Production, beside the one that trains.</summary>
    public IReadOnlyList<string> ShareWith { get; init; } = [];

    /// <summary>Trains again although the experiment has finished runs.</summary>
    public bool Force { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>What carries the requests, if not a plain HTTP connection.</summary>
    public HttpMessageHandler? Transport { get; init; }
}
