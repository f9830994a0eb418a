namespace MlHub.Demo.Boosting;

/// <summary>How good the model is after one more tree; iterations count from 1.</summary>
public sealed record BoostingStep(int Iteration, RegressionScores Training, RegressionScores Validation);
