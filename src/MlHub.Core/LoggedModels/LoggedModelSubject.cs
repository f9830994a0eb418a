using MlHub.Tracking.Search;

namespace MlHub.LoggedModels;

/// <summary>The fields by which logged models are found: an allow-list, in which no secret column can be named.</summary>
internal static class LoggedModelSubject
{
    private static readonly SearchAttribute Created =
        new("creation_timestamp", FieldType.WholeNumber, "t.created_at", Aliases: ["creation_time", "creation_timestamp_ms", "created"]);

    private static readonly SearchAttribute Key = new("key", FieldType.WholeNumber, "t.logged_model_key");
    private static readonly SearchAttribute Status = new("status", FieldType.Text, StatusName());

    private static readonly KeyedValues Metrics =
        new("metrics", FieldType.Metric, "logged_model_metrics", "logged_model_key", "metric_key", "metric") { KeepsPoints = true };

    private static readonly SearchSubject All = new("model", "logged_models", "logged_model_key", "experiment_id")
    {
        Attributes =
        [
            new("name", FieldType.Text, "t.name", Aliases: "model_name"),
            new("model_id", FieldType.Text, "t.model_id"),
            new("model_type", FieldType.Text, "t.model_type", Nullable: true),
            Status,
            new("source_run_id", FieldType.Text, "t.source_run_id", Nullable: true),
            new("experiment_id", FieldType.Text, "CAST(t.experiment_id AS VARCHAR(20))"),
            Created,
            new("last_updated_timestamp", FieldType.WholeNumber, "t.updated_at", Aliases: ["last_updated_time", "last_updated_timestamp_ms", "last_updated"]),
        ],
        Keyed =
        [
            Metrics,
            new("params", FieldType.Text, "logged_model_params", "logged_model_key", "param_key", "param", "parameters", "parameter"),
            new("tags", FieldType.Text, "logged_model_tags", "logged_model_key", "tag_key", "tag"),
        ],
        DefaultOrder = [new(new(Created), Descending: true)],
        // The number tells the newer one of two that were made in the same millisecond.
        TieBreak = [new(new(Created), Descending: true), new(new(Key), Descending: true)],
        Meaning = filter => WithShortStatus(filter),
        FilterCalled = "filter string",
    };

    /// <summary>
    /// What can be asked where metrics count only if they were measured on one of these data. A model without any such metric
    /// is then not found at all.
    /// </summary>
    public static SearchSubject On(IReadOnlyList<MeasuredOn> datasets)
    {
        if (datasets.Count == 0)
        {
            return All;
        }

        var measured = Metrics with { Datasets = datasets };
        var any = new IsNull(new(measured), Negated: true);
        return All with
        {
            Keyed = [measured, .. All.Keyed.Skip(1)],
            Meaning = filter => WithShortStatus(filter) is { } more ? new And(any, more) : any,
        };
    }

    /// <summary>An order as MLflow's clients write it: <c>metrics.KEY</c>, in which nothing needs quotes, or an attribute.</summary>
    /// <exception cref="HubException">Invalid for what cannot be sorted by.</exception>
    public static SearchOrder OrderBy(LoggedModelOrder order)
    {
        var (name, data) = (order.FieldName, new MeasuredOn(order.DatasetName, order.DatasetDigest));
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        SearchField? field = dot < 0 ? All.AttributeOrNull(name)
            : name[..dot] is "attributes" or "attribute" or "attr" ? All.AttributeOrNull(name[(dot + 1)..])
            : All.KeyedOrNull(name[..dot]);
        return field switch
        {
            null => throw HubException.Invalid($"Invalid order by field name: {Tracking.LogRules.Shown(name)}"),
            KeyedValues keyed when keyed == Metrics && data is not { Name: null, Digest: null } => Of(Metrics with { Datasets = [data] }),
            KeyedValues keyed => Of(keyed),
            _ => new(new(field), !order.Ascending),
        };

        SearchOrder Of(KeyedValues keyed) => new(new(keyed, name[(dot + 1)..].Trim('`', '"')), !order.Ascending);
    }

    /// <summary>Whoever asks for LOGGED_MODEL_READY means READY.</summary>
    private static Filter? WithShortStatus(Filter? filter) => filter switch
    {
        And and => new And(WithShortStatus(and.Left)!, WithShortStatus(and.Right)!),
        Or or => new Or(WithShortStatus(or.Left)!, WithShortStatus(or.Right)!),
        Not not => new Not(WithShortStatus(not.Inner)!),
        TextComparison { Operator: TextOperator.Equal or TextOperator.NotEqual } c when c.Field.Field == Status => c with { Value = LoggedModelStatuses.Shorten(c.Value) },
        OneOf o when o.Field.Field == Status => o with { Values = [.. o.Values.Select(LoggedModelStatuses.Shorten)] },
        _ => filter,
    };

    /// <summary>The status is stored as a number, but asked for and sorted by its name.</summary>
    private static string StatusName() =>
        $"CASE t.status {string.Join(' ', Enum.GetValues<LoggedModelStatus>().Select(s => $"WHEN {(short)s} THEN '{s.ToShort()}'"))} END";
}
