namespace MlHub.SavedViews;

/// <summary>How a page of an experiment was set up, under a name: columns and order of a table, a layout of charts.</summary>
public sealed class SavedView
{
    public Guid Id { get; init; }
    public required long ExperimentId { get; init; }

    /// <summary>Which page it is of: <see cref="SavedViewKinds"/>. No page reads the views of another.</summary>
    public required string Kind { get; init; }
    public required string Name { get; set; }

    /// <summary>Whose it is; the account may be gone by now.</summary>
    public required Guid OwnerId { get; init; }
    public required string Owner { get; init; }

    /// <summary>Whether everybody who reads the experiment sees it; else only its owner does.</summary>
    public bool IsShared { get; set; }

    /// <summary>Whether the page opens with it where nothing else is asked for; of each kind at most one does.</summary>
    public bool IsDefault { get; set; }

    /// <summary>What the page says of itself, in its own words; nobody else reads it.</summary>
    public required string State { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }
}

/// <summary>The pages that keep views.</summary>
public static class SavedViewKinds
{
    /// <summary>The table of runs; the state is the query of its address.</summary>
    public const string Runs = "runs";

    /// <summary>The curves of a run; the state is the part of the address that says how they are drawn.</summary>
    public const string Curves = "curves";
}
