namespace MlHub.Web.Tracking;

/// <summary>Lays the runs of a page out as families.</summary>
internal sealed class RunTree(IReadOnlyList<RunRow> page, IReadOnlyDictionary<string, List<RunRow>> opened)
{
    private readonly Dictionary<string, RunRow> _page = page.ToDictionary(r => r.Run.RunId);
    private readonly HashSet<string> _seen = [];
    private readonly List<RunRow> _rows = [];

    /// <summary>Each run below its parent where that was opened, and nowhere else then.</summary>
    /// <param name="isFolded">Whether those whose parent on the page is closed stay out of sight.</param>
    public List<RunRow> Rows(bool isFolded)
    {
        var nested = opened.Values.SelectMany(children => children).Select(r => r.Run.RunId).ToHashSet();
        var hidden = page.Where(r => isFolded && IsBelowAnother(r)).ToHashSet();

        // Runs that clients nested in one another in a circle have no first; then any of them is.
        foreach (var row in page.Where(r => !nested.Contains(r.Run.RunId)).Concat(page).Where(r => !hidden.Contains(r)))
        {
            Add(row, 0);
        }

        return _rows;
    }

    private void Add(RunRow row, int depth)
    {
        if (!_seen.Add(row.Run.RunId))
        {
            return;
        }

        row.Depth = depth;
        _rows.Add(row);
        if (opened.TryGetValue(row.Run.RunId, out var children))
        {
            // There may be more of them on the page than are read for one parent.
            foreach (var child in children.Concat(page.Where(r => r.ParentId == row.Run.RunId)))
            {
                Add(child, depth + 1);
            }
        }
    }

    private bool IsBelowAnother(RunRow row)
    {
        var passed = new HashSet<RunRow>();
        var at = row;
        while (at.ParentId is { } parent && _page.TryGetValue(parent, out var above))
        {
            if (!passed.Add(at))
            {
                return false;
            }

            at = above;
        }

        return at != row;
    }
}
