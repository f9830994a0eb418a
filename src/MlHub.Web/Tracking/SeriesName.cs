namespace MlHub.Web.Tracking;

/// <summary>A metric of a run and how many points it has.</summary>
public sealed record SeriesName(string Key, long Points)
{
    /// <summary>Charts are grouped by what stands before the first slash.</summary>
    public string Group => Key.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? Key[..slash] : "";

    public bool IsCurve => Points > 1;
}
