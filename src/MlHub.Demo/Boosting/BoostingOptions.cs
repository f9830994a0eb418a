namespace MlHub.Demo.Boosting;

/// <summary>The hyper-parameters of one fit.</summary>
public sealed record BoostingOptions
{
    public int Iterations { get; init; } = 100;

    public int MaxDepth { get; init; } = 3;

    public double LearningRate { get; init; } = 0.1;

    public int MinLeafRows { get; init; } = 5;

    /// <summary>The chance of each training row to be seen by a tree.</summary>
    public double RowSample { get; init; } = 1;

    public int Seed { get; init; } = 1;
}
