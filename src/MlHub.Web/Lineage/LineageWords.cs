using System.Globalization;
using MlHub.Lineage;
using MlHub.Web.Shell;
using MlHub.Web.Tracking;
using MlHub.Web.Ui;

namespace MlHub.Web.Lineage;

/// <summary>How the parts of a graph are called, marked and reached on pages.</summary>
public static class LineageWords
{
    public static string One(LineageKind kind) => kind switch
    {
        LineageKind.Dataset => "Dataset",
        LineageKind.Table => "Table",
        LineageKind.Code => "Code",
        LineageKind.Run => "Run",
        LineageKind.LoggedModel => "Logged model",
        LineageKind.Endpoint => "Endpoint",
        _ => "Model version",
    };

    public static string Many(LineageKind kind) => One(kind) + (kind == LineageKind.Code ? "" : "s");

    /// <summary>Data, code and runs.</summary>
    public static string Heading(IEnumerable<LineageKind> kinds)
    {
        List<string> words = [.. kinds.Distinct().Order().Select(k => k is LineageKind.Dataset or LineageKind.Table ? "Data" : Many(k)).Distinct().Select((w, at) => at == 0 ? w : w.ToLowerInvariant())];
        return words.Count == 1 ? words[0] : $"{string.Join(", ", words[..^1])} and {words[^1]}";
    }

    /// <summary>3 runs, 1 model version.</summary>
    public static string Counted(LineageKind kind, int count) => $"{Format.Count(count)} {(count == 1 ? One(kind) : Many(kind)).ToLowerInvariant()}";

    public static string Icon(LineageKind kind) => kind switch
    {
        LineageKind.Dataset => "database",
        LineageKind.Table => "table",
        LineageKind.Code => "file-code",
        LineageKind.Run => "flask-conical",
        LineageKind.LoggedModel => "box",
        LineageKind.Endpoint => "send",
        _ => "tag",
    };

    /// <summary>Where the node's own lineage is shown, or else what it is; null where there is no such page.</summary>
    public static string? UrlOrNull(LineageNode node) => node.Id.Kind switch
    {
        LineageKind.Dataset => HubUrls.Dataset(node.Id.Id),
        LineageKind.Table => node.Id.Id.LastIndexOf('@') is >= 0 and var at
            ? HubUrls.ReadersOfTable(node.ExperimentId!.Value, node.Id.Id[..at], long.TryParse(node.Id.Id[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : null)
            : null,
        LineageKind.Code => GitLinks.CommitOrNull(node.Repository, node.Commit),
        LineageKind.Run => HubUrls.Run(node.ExperimentId!.Value, node.Id.Id, RunTab.Lineage),
        LineageKind.LoggedModel => HubUrls.LoggedModel(node.ExperimentId!.Value, node.Id.Id, "lineage"),
        LineageKind.Endpoint => HubUrls.Model(node.Version!.Value.Model, "serving"),
        _ => node.Version is { } key ? HubUrls.Version(key.Model, key.Number, "lineage") : null,
    };
}
