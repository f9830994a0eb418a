namespace MlHub.Registry;

/// <summary>How far a model version has come. The numbers are stored.</summary>
public enum Stage : short
{
    None = 0,
    Staging = 1,
    Production = 2,
    Archived = 3,
}

/// <summary>Stages as the protocol writes them.</summary>
public static class Stages
{
    public static readonly IReadOnlyList<Stage> All = [Stage.None, Stage.Staging, Stage.Production, Stage.Archived];

    /// <summary>Reads a stage in any case, as MLflow's clients send it.</summary>
    /// <exception cref="HubException">Invalid, with the valid names.</exception>
    public static Stage Parse(string stage) =>
        ParseOrNull(stage) ?? throw HubException.Invalid(
            $"Invalid Model Version stage: {Tracking.LogRules.Shown(stage)}. Value must be one of None, Staging, Production, Archived.");

    public static Stage? ParseOrNull(string stage)
    {
        foreach (var known in All)
        {
            if (known.ToString().Equals(stage, StringComparison.OrdinalIgnoreCase))
            {
                return known;
            }
        }

        return null;
    }

    /// <summary>Whether a version in this stage keeps its model from being renamed or deleted.</summary>
    public static bool IsLive(this Stage stage) => stage is Stage.Staging or Stage.Production;
}
