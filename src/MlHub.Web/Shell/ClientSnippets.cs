namespace MlHub.Web.Shell;

/// <summary>What to paste so that an MLflow client talks to this hub.</summary>
public static class ClientSnippets
{
    public static string Shell(string baseUri, string? token) =>
        $"export MLFLOW_TRACKING_URI={baseUri.TrimEnd('/')}{(token is null ? "" : $"\nexport MLFLOW_TRACKING_TOKEN={token}")}";

    public static string Python(string experiment = "my-experiment") =>
        $"""
        import mlflow

        mlflow.set_experiment("{experiment.Replace("\\", "\\\\").Replace("\"", "\\\"")}")
        with mlflow.start_run():
            mlflow.log_param("learning_rate", 0.01)
            for step in range(100):
                mlflow.log_metric("loss", 1 / (step + 1), step=step)
        """;

    /// <summary>Registers a model that a run logged.</summary>
    public static string Register(string model = "my-model") =>
        $"""
        import mlflow

        with mlflow.start_run():
            mlflow.sklearn.log_model(model, name="model", registered_model_name="{model.Replace("\\", "\\\\").Replace("\"", "\\\"")}")
        """;
}
