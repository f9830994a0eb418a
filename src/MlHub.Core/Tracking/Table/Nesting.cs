using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>Which level of the families of runs is asked for.</summary>
internal static class Nesting
{
    /// <summary>
    /// Runs that lie in no other of their experiment that is to be seen. A circle has no first, so of two runs that lie in each other both are.
    /// </summary>
    public static readonly Restriction Outermost = new("outermost", sql => sql.Add(
        $"""
        NOT EXISTS (SELECT 1 FROM run_tags n JOIN runs p ON p.run_id = {sql.Dialect.Ascii("n.value")}
            WHERE n.run_key = t.run_key AND n.{RunFamilies.IsParentTag} AND p.experiment_id = t.experiment_id AND p.is_deleted = {sql.Dialect.Boolean(false)}
            AND NOT EXISTS (SELECT 1 FROM run_tags m WHERE m.run_key = p.run_key AND m.{RunFamilies.IsParentTag} AND {sql.Dialect.Ascii("m.value")} = t.run_id))
        """));

    /// <summary>The runs that lie directly in another.</summary>
    public static Restriction Below(string parentId) => new($"below {parentId}", sql => sql.Add(
        $"t.run_key IN (SELECT n.run_key FROM run_tags n WHERE n.{RunFamilies.IsParentTag} AND n.value = {sql.Parameter(parentId)})"));
}
