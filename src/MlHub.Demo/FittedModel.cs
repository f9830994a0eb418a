using MlHub.Demo.Boosting;

namespace MlHub.Demo;

/// <summary>A model with the scores of its last iteration, its best one, and of guessing the mean price for every home.</summary>
internal sealed record FittedModel(TreeEnsemble Model, BoostingStep Last, BoostingStep Best, RegressionScores Baseline);
