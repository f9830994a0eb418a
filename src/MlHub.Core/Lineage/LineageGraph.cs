using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Lineage;

/// <summary>What a graph is made of.</summary>
public enum LineageKind
{
    /// <summary>A dataset that runs logged, known by its digest.</summary>
    Dataset,

    /// <summary>A version of a table that no dataset names: its place, and its version after an @.</summary>
    Table,

    /// <summary>A commit of a repository, or the notebook or file where none is known.</summary>
    Code,

    Run,

    /// <summary>A logged model.</summary>
    LoggedModel,

    /// <summary>A version of a registered model: its name, a slash and its number.</summary>
    ModelVersion,

    /// <summary>A name under which a served version answers: the path of its address.</summary>
    Endpoint,
}

/// <summary>One thing, whichever kind it is of.</summary>
public sealed record LineageId(LineageKind Kind, string Id);

/// <summary>A thing in a graph, which the reader may read.</summary>
/// <param name="Id">What it is.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Detail">What else tells it from others.</param>
public sealed record LineageNode(LineageId Id, string Name, string? Detail = null)
{
    /// <summary>Where it lies, for what lies in an experiment.</summary>
    public long? ExperimentId { get; init; }
    public RunStatus? Status { get; init; }

    /// <summary>The version itself, or the one that an endpoint leads to.</summary>
    public VersionKey? Version { get; init; }
    public Stage? Stage { get; init; }
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Of code: the repository as the client wrote it, and the commit.</summary>
    public string? Repository { get; init; }
    public string? Commit { get; init; }
}

/// <summary>That one thing came from another: the data was <c>read by</c> a run, the run <c>made</c> a model.</summary>
public sealed record LineageEdge(LineageId From, LineageId To, string Relation);

/// <summary>That a thing leads to more of a kind than the graph shows.</summary>
public sealed record LineageMore(LineageId Of, LineageKind Kind, int Count);

/// <summary>Where something came from and what came of it, as far as its reader may read it.</summary>
public sealed record LineageGraph(LineageId Focus, IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges, IReadOnlyList<LineageMore> More);
