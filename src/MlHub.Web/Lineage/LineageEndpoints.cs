using System.Globalization;
using System.Text.Json;
using MlHub.Lineage;
using MlHub.Protocol.Lineage;
using MlHub.Web.Api;

namespace MlHub.Web.Lineage;

/// <summary>MlHub's lineage/get: where something came from, and what depends on it.</summary>
public sealed class LineageEndpoints(Lineages lineages)
{
    public void Map(MlflowRoutes own) => own.Get<GetLineageRequest, GetLineageResponse>("/lineage/get", Scopes.TrackingRead | Scopes.RegistryRead, GetAsync);

    private async Task<GetLineageResponse> GetAsync(GetLineageRequest request, ApiCall call)
    {
        var (kind, id) = (Needed.Text(request.Kind, "kind"), Needed.Text(request.Id, "id"));
        var known = Enum.GetValues<LineageKind>().Where(k => Wire(k) == kind).ToList();
        return known is [var asked]
            ? ToMessage(await lineages.GetAsync(call.Caller, new(asked, id), call.Cancel))
            : throw HubException.Invalid("Invalid value for parameter 'kind' supplied: it is one of dataset, run, logged_model, model_version.");
    }

    private static GetLineageResponse ToMessage(LineageGraph graph) => new(
        Ref(graph.Focus),
        [.. graph.Nodes.Select(n => new LineageNodeMessage(
            Wire(n.Id.Kind), n.Id.Id, n.Name, n.Detail, n.ExperimentId?.ToString(CultureInfo.InvariantCulture), n.Status?.ToString().ToUpperInvariant(), n.Stage?.ToString(), n.Aliases.Count > 0 ? n.Aliases : null, n.Commit))],
        [.. graph.Edges.Select(e => new LineageEdgeMessage(Ref(e.From), Ref(e.To), e.Relation))],
        [.. graph.More.Select(m => new LineageMoreMessage(Ref(m.Of), Wire(m.Kind), m.Count))]);

    private static LineageRefMessage Ref(LineageId id) => new(Wire(id.Kind), id.Id);

    private static string Wire(LineageKind kind) => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
}
