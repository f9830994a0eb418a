namespace MlHub.Scoring.Values;

/// <summary>Rows as they were sent, by column.</summary>
/// <param name="Names">Null where the columns were sent without names.</param>
/// <param name="Columns">All of one length.</param>
/// <param name="Rows">How many there are.</param>
public sealed record Table(IReadOnlyList<string>? Names, IReadOnlyList<Cell[]> Columns, int Rows)
{
    /// <summary>Null where there is no column of that name.</summary>
    public Cell[]? this[string name]
    {
        get
        {
            for (var i = 0; Names is not null && i < Names.Count; i++)
            {
                if (Names[i] == name)
                {
                    return Columns[i];
                }
            }

            return null;
        }
    }

    public override string ToString() => $"{Rows} {(Rows == 1 ? "row" : "rows")} of [{string.Join(", ", Names?.Select(n => $"'{n}'") ?? Columns.Select((_, i) => $"{i}"))}]";
}
