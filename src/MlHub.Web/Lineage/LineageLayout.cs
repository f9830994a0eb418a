using MlHub.Lineage;

namespace MlHub.Web.Lineage;

/// <summary>A node in its place: which lane, counted from the left, and which row of it.</summary>
public sealed record PlacedNode(LineageNode Node, int Lane, int Row);

/// <summary>
/// A graph in lanes: what came from something stands to the right of it, as far as cycles let it, and beside what it is tied to, so that lines
/// cross little. Sizes are those of the style sheet, in pixels.
/// </summary>
public sealed class LineageLayout
{
    public const int NodeWidth = 200, NodeHeight = 66, LaneGap = 44, RowGap = 14, HeadHeight = 30;

    private readonly Dictionary<LineageId, PlacedNode> _places;

    public LineageLayout(LineageGraph graph)
    {
        Graph = graph;
        var lane = LanesOf(graph);
        _places = [];
        var into = graph.Edges.ToLookup(e => e.To, e => e.From);
        Lanes = [.. graph.Nodes.GroupBy(n => lane[n.Id]).OrderBy(g => g.Key).Select((nodes, i) => Placed(nodes, i, into)).ToList()];
    }

    public LineageGraph Graph { get; }

    public IReadOnlyList<IReadOnlyList<PlacedNode>> Lanes { get; }

    public int Width => (Lanes.Count * (NodeWidth + LaneGap)) - LaneGap;

    public int Height => HeadHeight + (Lanes.Max(l => l.Count) * (NodeHeight + RowGap)) - RowGap;

    /// <summary>What came, directly or not, from the focus.</summary>
    public IReadOnlyList<LineageNode> Dependents
    {
        get
        {
            var outOf = Graph.Edges.ToLookup(e => e.From, e => e.To);
            HashSet<LineageId> seen = [Graph.Focus];
            Queue<LineageId> ahead = new(seen);
            while (ahead.TryDequeue(out var id))
            {
                foreach (var next in outOf[id].Where(seen.Add))
                {
                    ahead.Enqueue(next);
                }
            }

            return [.. Graph.Nodes.Where(n => n.Id != Graph.Focus && seen.Contains(n.Id))];
        }
    }

    /// <summary>The line of an edge, as the path of an SVG.</summary>
    public string Line(LineageEdge edge)
    {
        var (from, to) = (_places[edge.From], _places[edge.To]);
        var (x1, y1, x2, y2) = (Left(from) + NodeWidth, Middle(from), Left(to), Middle(to));
        var bend = Math.Max(LaneGap / 2, (x2 - x1) / 2);
        return FormattableString.Invariant($"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}");
    }

    /// <summary>The names of what a node came from, for those who see no lines.</summary>
    public IReadOnlyList<string> From(LineageNode node) => [.. Graph.Edges.Where(e => e.To == node.Id).Select(e => _places[e.From].Node.Name).Distinct()];

    /// <summary>What is there beyond what is shown, said in the lane where its kind stands.</summary>
    public IReadOnlyList<LineageMore> MoreIn(int lane) =>
        [.. Graph.More.Where(m => lane == (Lanes.Select((nodes, i) => (nodes, i)).LastOrDefault(l => l.nodes.Any(n => n.Node.Id.Kind == m.Kind)).i))];

    private static int Left(PlacedNode node) => node.Lane * (NodeWidth + LaneGap);

    private static int Middle(PlacedNode node) => HeadHeight + (node.Row * (NodeHeight + RowGap)) + (NodeHeight / 2);

    /// <summary>The longest way to each node; a cycle ends the search after as many steps as there are nodes.</summary>
    private static Dictionary<LineageId, int> LanesOf(LineageGraph graph)
    {
        var lane = graph.Nodes.ToDictionary(n => n.Id, _ => 0);
        for (var (round, moved) = (0, true); moved && round < graph.Nodes.Count; round++)
        {
            moved = false;
            foreach (var edge in graph.Edges.Where(e => lane[e.To] <= lane[e.From] && lane[e.From] + 1 < graph.Nodes.Count))
            {
                lane[edge.To] = lane[edge.From] + 1;
                moved = true;
            }
        }

        return lane;
    }

    private List<PlacedNode> Placed(IEnumerable<LineageNode> nodes, int lane, ILookup<LineageId, LineageId> into)
    {
        var placed = nodes
            .OrderBy(n => into[n.Id].Select(f => _places.TryGetValue(f, out var from) ? from.Row : 0).DefaultIfEmpty(0).Average())
            .ThenBy(n => n.Id.Kind).ThenBy(n => n.Name, StringComparer.Ordinal)
            .Select((n, row) => new PlacedNode(n, lane, row)).ToList();
        placed.ForEach(p => _places.Add(p.Node.Id, p));
        return placed;
    }
}
