using MlHub.Registry;

namespace MlHub.Lineage;

/// <summary>The names under which a served version is asked: its stage and its aliases. Its number leads nowhere else, so it is no thing of its own.</summary>
internal static class LineageEndpointNodes
{
    /// <param name="stage">The stage whose endpoint leads to this version; null where there is none.</param>
    public static IEnumerable<LineageNode> Of(VersionKey key, Stage? stage, IReadOnlyList<string> aliases) =>
        aliases.Select(a => $"@{a}").Prepend(stage is Stage.Staging or Stage.Production ? $"{stage}" : null).OfType<string>()
            .Select(selector => new LineageNode(new(LineageKind.Endpoint, $"/model/{key.Model}/{selector}/invocations"), selector, key.Model) { Version = key });
}
