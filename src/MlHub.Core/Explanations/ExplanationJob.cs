using MlHub.Access;

namespace MlHub.Explanations;

/// <summary>How far a computation is.</summary>
public enum ExplanationStatus
{
    Queued,
    Running,
    Finished,
    Failed,
    Cancelled,
}

/// <summary>A computation as its watchers see it.</summary>
/// <param name="Done">How many rows are explained.</param>
/// <param name="Of">How many there are; 0 before that is known.</param>
/// <param name="Why">Why it failed; empty otherwise.</param>
/// <param name="CanCancel">Whether the one who asks may end it.</param>
public sealed record ExplanationState(ExplanationStatus Status, int Done, int Of, string Why, bool CanCancel)
{
    public bool IsOpen => Status is ExplanationStatus.Queued or ExplanationStatus.Running;
}

/// <summary>One computation: a model, a sample, and the names of the features where the signature has them.</summary>
internal sealed class ExplanationJob(string key, ExplanationFile model, ExplanationFile sample, IReadOnlyList<string>? names, Caller starter)
{
    private volatile ExplanationState _state = new(ExplanationStatus.Queued, 0, 0, "", false);

    public string Key => key;

    public ExplanationFile Model => model;

    public ExplanationFile Sample => sample;

    public IReadOnlyList<string>? Names => names;

    /// <summary>The one row that is explained, where it is none of the sample's.</summary>
    public IReadOnlyList<double>? Row { get; init; }

    public Caller Starter => starter;

    public ExplanationState State
    {
        get => _state;
        set => _state = value;
    }

    /// <summary>Whoever began it, and administrators.</summary>
    public bool MayCancel(Caller caller) => State.IsOpen && (caller.IsAdmin || caller.Id == starter.Id);
}
