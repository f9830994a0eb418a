namespace MlHub.Demo;

/// <summary>Rows to learn from and rows kept back to judge what was learned.</summary>
public sealed record DataSplit(LabelledRows Training, LabelledRows Validation)
{
    public DataSplit Only(IReadOnlyList<string> features) => new(Training.Only(features), Validation.Only(features));
}
