using System.Globalization;
using System.Text.Json;
using MlHub.Demo.Boosting;
using MlHub.Demo.Mlflow;

namespace MlHub.Demo;

/// <summary>What is known of a run before it learns: tags, parameters and the data it reads.</summary>
internal static class RunFacts
{
    public static IReadOnlyList<KeyText> Tags(string userName) =>
    [
        new("mlflow.user", userName),
        new("mlflow.source.name", "MlHub.Demo"),
        new("mlflow.source.type", "LOCAL"),
        new("team", "pricing"),
        new("data.stage", "cleaned"),
    ];

    public static IReadOnlyList<KeyText> Parameters(TrainingPlan plan, DataSplit data, DemoOptions options) =>
    [
        new("learner", "gradient_boosted_trees"),
        new("loss", "squared_error"),
        new("iterations", Text(plan.Boosting.Iterations)),
        new("max_depth", Text(plan.Boosting.MaxDepth)),
        new("learning_rate", Text(plan.Boosting.LearningRate)),
        new("min_leaf_rows", Text(plan.Boosting.MinLeafRows)),
        new("row_sample", Text(plan.Boosting.RowSample)),
        new("max_bins", Text(FeatureBins.MaxBins)),
        new("seed", Text(plan.Boosting.Seed)),
        new("split_seed", Text(options.SplitSeed)),
        new("validation_share", Text(options.ValidationShare)),
        new("training_rows", Text(data.Training.Count)),
        new("validation_rows", Text(data.Validation.Count)),
        new("features", string.Join(',', plan.Features)),
        new("target", HouseFeatures.Target),
    ];

    public static IReadOnlyList<DatasetInput> Datasets(TrainingPlan plan, DataSplit data, string file) =>
    [
        Input("sacramento-training", "training", data.Training, plan, file),
        Input("sacramento-validation", "validation", data.Validation, plan, file),
    ];

    private static DatasetInput Input(string name, string context, LabelledRows rows, TrainingPlan plan, string file)
    {
        string[] columns = [.. plan.Features, HouseFeatures.Target];
        string source = Json(new { uri = $"samples/data/{Path.GetFileName(file)}" });
        string schema = Json(new { mlflow_colspec = ModelColumn.Floats(columns) });
        string profile = Json(new { num_rows = rows.Count, num_elements = rows.Count * columns.Length });
        return new DatasetInput(
            [new("mlflow.data.context", context)],
            new Dataset(name, rows.Digest(), "local", source, schema, profile));
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);

    private static string Json(object value) => JsonSerializer.Serialize(value, MlflowJson.Options);
}
