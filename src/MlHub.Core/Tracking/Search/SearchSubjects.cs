namespace MlHub.Tracking.Search;

/// <summary>The fields by which runs and experiments are found: an allow-list, in which no secret column can be named.</summary>
public static class SearchSubjects
{
    private static readonly SearchAttribute RunId = new("run_id", FieldType.Text, "t.run_id");
    private static readonly SearchAttribute StartTime = new("start_time", FieldType.WholeNumber, "t.start_time", Aliases: "Created");
    private static readonly SearchAttribute ExperimentId = new("experiment_id", FieldType.WholeNumber, "t.id");
    private static readonly SearchAttribute Creation = new("creation_time", FieldType.WholeNumber, "t.created_at", Aliases: "Created");
    private static readonly Relation Datasets =
        new("datasets", "run_inputs x JOIN datasets d ON d.dataset_id = x.dataset_id", "x.run_key", "dataset");

    public static readonly SearchSubject Runs = new("run", "runs", "run_key", "experiment_id")
    {
        Attributes =
        [
            RunId,
            new("run_name", FieldType.Text, "t.name", Aliases: "run name"),
            new("status", FieldType.Text, StatusName()),
            new("user_id", FieldType.Text, "t.user_id", Aliases: "User"),
            StartTime,
            new("end_time", FieldType.WholeNumber, "t.end_time", Nullable: true),
            new("duration", FieldType.WholeNumber, "(t.end_time - t.start_time)", Nullable: true),
            // As ArtifactLocation writes it.
            new(
                "artifact_uri", FieldType.Text,
                "CONCAT((SELECT e.artifact_location FROM experiments e WHERE e.id = t.experiment_id), '/', t.run_id, '/artifacts')"),
        ],
        Keyed =
        [
            new("metrics", FieldType.Metric, "metric_series", "run_key", "metric_key", "metric") { IndexedScopeColumn = "experiment_id" },
            new("params", FieldType.Text, "params", "run_key", "param_key", "param", "parameters", "parameter"),
            new("tags", FieldType.Text, "run_tags", "run_key", "tag_key", "tag"),
        ],
        Related =
        [
            new("name", _ => "d.name", Datasets),
            new("digest", _ => "d.digest", Datasets),
            new("context", dialect => dialect.JsonText("x.tags_json", LoggedInput.ContextTag), Datasets),
        ],
        TieBreak = [new(new(StartTime), Descending: true), new(new(RunId), Descending: false)],
    };

    public static readonly SearchSubject Experiments = new("experiment", "experiments", "id", "id")
    {
        Attributes =
        [
            new("name", FieldType.Text, "t.name"),
            ExperimentId,
            Creation,
            new("last_update_time", FieldType.WholeNumber, "t.updated_at"),
        ],
        Keyed = [new("tags", FieldType.Text, "experiment_tags", "experiment_id", "tag_key", "tag")],
        // As MLflow has it: with no order asked for, the smaller id comes first among equals, else the larger.
        DefaultOrder = [new(new(Creation), Descending: true), new(new(ExperimentId), Descending: false)],
        TieBreak = [new(new(ExperimentId), Descending: true)],
    };

    /// <summary>The status is stored as a number, but asked for and sorted by its name.</summary>
    private static string StatusName() =>
        $"CASE t.status {string.Join(' ', Enum.GetValues<RunStatus>().Select(s => $"WHEN {(short)s} THEN '{s.ToString().ToUpperInvariant()}'"))} END";
}
