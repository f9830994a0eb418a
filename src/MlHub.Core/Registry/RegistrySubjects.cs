using MlHub.Tracking.Search;

namespace MlHub.Registry;

/// <summary>The fields by which models and versions are found: an allow-list, in which no secret column can be named.</summary>
internal static class RegistrySubjects
{
    /// <summary>MLflow keeps prompts among the registered models, told apart by this tag.</summary>
    public const string PromptTag = "mlflow.prompt.is_prompt";

    private static readonly Relation Aliases = new("aliases", "model_aliases x", "x.model_id");
    private static readonly Relation Versions = new("versions", "model_versions x", "x.model_id");
    private static readonly Relation AliasesOfVersion =
        new("aliases", "model_versions y JOIN model_aliases x ON x.model_id = y.model_id AND x.version = y.number", "y.id");

    private static readonly KeyedValues ModelTags = new("tags", FieldType.Text, "registered_model_tags", "model_id", "tag_key", "tag");
    private static readonly KeyedValues VersionTags = new("tags", FieldType.Text, "model_version_tags", "version_id", "tag_key", "tag");
    private static readonly SearchAttribute ModelName = new("name", FieldType.Text, "t.name");
    private static readonly SearchAttribute VersionModel = new("name", FieldType.Text, "m.name");
    private static readonly SearchAttribute Number = new("version_number", FieldType.WholeNumber, "t.number", Aliases: "version");
    private static readonly SearchAttribute VersionId = new("id", FieldType.WholeNumber, "t.id");
    private static readonly SearchAttribute Created = new("creation_timestamp", FieldType.WholeNumber, "t.created_at", Aliases: ["creation_time", "created"]);
    private static readonly SearchAttribute Updated =
        new("last_updated_timestamp", FieldType.WholeNumber, "t.updated_at", Aliases: ["last_updated_time", "last_updated", "timestamp"]) { IsIndexed = true };
    private static readonly SearchAttribute Creator = new("creator", FieldType.Text, "t.created_by", Aliases: ["user_id", "created_by"]);
    private static readonly SearchAttribute Description = new("description", FieldType.Text, "t.description");

    public static readonly SearchSubject Models = new("model", "registered_models", "id", "id")
    {
        Attributes = [ModelName, Description, Creator, Created, Updated],
        Keyed = [ModelTags],
        Related =
        [
            new("stage", _ => StageName("x"), Versions) { NeedsNoPrefix = true },
            new("alias", _ => "x.alias", Aliases) { NeedsNoPrefix = true },
        ],
        Meaning = filter => WithoutPrompts(filter, ModelTags),
        TieBreak = [new(new(ModelName), Descending: false)],
    };

    public static readonly SearchSubject ModelVersions = new("version", "model_versions", "id", "model_id")
    {
        // Every version has a model; said this way, SQLite begins with the versions and their index, which gives the usual order.
        Join = " LEFT JOIN registered_models m ON m.id = t.model_id",
        Attributes =
        [
            VersionModel,
            Number,
            new("run_id", FieldType.Text, "t.run_id", Nullable: true),
            new("source_path", FieldType.Text, "t.source", Aliases: "source"),
            new("stage", FieldType.Text, StageName("t"), Aliases: "current_stage"),
            new("status", FieldType.Text, StatusName()),
            new("model_id", FieldType.Text, "t.logged_model_id", Nullable: true),
            Description, Creator, Created, Updated,
        ],
        Keyed = [VersionTags],
        Related = [new("alias", _ => "x.alias", AliasesOfVersion) { NeedsNoPrefix = true }],
        Meaning = filter => WithoutPrompts(filter, VersionTags),
        DefaultOrder = [new(new(Updated), Descending: true)],
        TieBreak = [new(new(VersionModel), Descending: false), new(new(Number), Descending: true), new(new(VersionId), Descending: true)],
    };

    /// <summary>As in MLflow, what lacks the tag is no prompt, and prompts are found only by a filter that speaks of them.</summary>
    private static Filter? WithoutPrompts(Filter? filter, KeyedValues tags)
    {
        var field = new FieldReference(tags, PromptTag);
        var noPrompt = new Not(new TextComparison(field, TextOperator.Equal, "true"));
        return filter switch
        {
            null => noPrompt,
            _ when Speaks(filter) => Spoken(filter),
            _ => new And(noPrompt, filter),
        };

        bool Speaks(Filter part) => part switch
        {
            And and => Speaks(and.Left) || Speaks(and.Right),
            Or or => Speaks(or.Left) || Speaks(or.Right),
            Not not => Speaks(not.Inner),
            Condition condition => condition.Field == field,
            _ => false,
        };

        Filter Spoken(Filter part) => part switch
        {
            And and => new And(Spoken(and.Left), Spoken(and.Right)),
            Or or => new Or(Spoken(or.Left), Spoken(or.Right)),
            Not not => new Not(Spoken(not.Inner)),
            TextComparison { Operator: TextOperator.NotEqual, Value: "true" } c when c.Field == field => noPrompt,
            TextComparison { Operator: TextOperator.Equal, Value: "false" } c when c.Field == field => noPrompt,
            _ => part,
        };
    }

    /// <summary>Stages and statuses are stored as numbers, but asked for and sorted by their names.</summary>
    private static string StageName(string row) => $"CASE {row}.stage {string.Join(' ', Stages.All.Select(s => $"WHEN {(short)s} THEN '{s}'"))} END";

    private static string StatusName() =>
        $"CASE t.status {string.Join(' ', Enum.GetValues<VersionStatus>().Select(s => $"WHEN {(short)s} THEN '{s.ToWire()}'"))} END";
}
