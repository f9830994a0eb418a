namespace MlHub.Protocol.Lineage;

// MlHub's own calls: mlhub/lineage/*.

/// <summary>The kind is dataset (by its digest), run, logged_model or model_version (its model's name, a slash, its number).</summary>
public sealed record GetLineageRequest(string? Kind, string? Id);

public sealed record GetLineageResponse(LineageRefMessage Focus, List<LineageNodeMessage> Nodes, List<LineageEdgeMessage> Edges, List<LineageMoreMessage> More);

/// <summary>Beside the kinds that can be asked for there are table and code.</summary>
public sealed record LineageRefMessage(string Kind, string Id);

public sealed record LineageNodeMessage(string Kind, string Id, string Name, string? Detail, string? ExperimentId, string? Status, string? CurrentStage, IReadOnlyList<string>? Aliases, string? Commit);

/// <summary>The relation is read by, code of, made, parent of, became or copied to.</summary>
public sealed record LineageEdgeMessage(LineageRefMessage From, LineageRefMessage To, string Relation);

/// <summary>How many more of a kind something leads to than the graph shows.</summary>
public sealed record LineageMoreMessage(LineageRefMessage Of, string Kind, int Count);
