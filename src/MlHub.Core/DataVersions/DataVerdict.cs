namespace MlHub.DataVersions;

/// <summary>Whether data can still be read as a run read it.</summary>
public enum Reproducibility
{
    /// <summary>It cannot be told.</summary>
    Unknown,

    Reproducible,

    /// <summary>No longer.</summary>
    Lost,
}

/// <summary>The verdict on data, and the reason for it in a sentence.</summary>
/// <param name="State">The verdict.</param>
/// <param name="Reason">Why.</param>
/// <param name="IsClosed">That MlHub may not look, for want of <c>MlHub:DataSources:Roots</c>.</param>
public sealed record DataVerdict(Reproducibility State, string Reason, bool IsClosed = false)
{
    internal static DataVerdict Unknown(string reason) => new(Reproducibility.Unknown, reason);

    internal static DataVerdict Lost(string reason) => new(Reproducibility.Lost, reason);

    /// <summary>Of a run that read all of these: lost with one of them; reproducible only with all.</summary>
    public static DataVerdict? OfAll(IReadOnlyList<DataVerdict> verdicts) =>
        verdicts.Count == 0 ? null
        : verdicts.FirstOrDefault(v => v.State == Reproducibility.Lost) ?? verdicts.FirstOrDefault(v => v.State == Reproducibility.Unknown) ?? verdicts[0];
}
