using MlHub.Tracking.Metrics;

namespace MlHub.LoggedModels;

/// <summary>Whether a model's files are all there, with the numbers that MLflow's protocol gives the states.</summary>
public enum LoggedModelStatus : short
{
    Pending = 1,
    Ready = 2,
    UploadFailed = 3,
}

/// <summary>A model as training code logs it: with files, params and metrics of its own, in an experiment, mostly made by a run.</summary>
public sealed class LoggedModel
{
    /// <summary>The row's own number; what belongs to the model points at it.</summary>
    public long Key { get; init; }

    /// <summary>The public id: <c>m-</c> and 32 hexadecimal digits, so that it is never a run's.</summary>
    public required string ModelId { get; init; }
    public required long ExperimentId { get; init; }
    public required string Name { get; init; }

    /// <summary>What the client calls this kind of model, such as <c>agent</c>.</summary>
    public string? ModelType { get; init; }

    /// <summary>The run that made it, as the client sent it.</summary>
    public string? SourceRunId { get; init; }
    public LoggedModelStatus Status { get; set; } = LoggedModelStatus.Pending;
    public string? StatusMessage { get; set; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }
    public bool IsDeleted { get; private set; }
    public DateTimeOffset? DeletedAt { get; private set; }
    public List<LoggedModelParam> Params { get; init; } = [];
    public List<LoggedModelTag> Tags { get; init; } = [];

    public void Delete(DateTimeOffset now) => (IsDeleted, DeletedAt, UpdatedAt) = (true, now, now);
}

/// <summary>A setting the model was made with, fixed once logged.</summary>
public sealed class LoggedModelParam
{
    public long LoggedModelKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; init; }
}

/// <summary>A key and a value on a logged model; the last write wins.</summary>
public sealed class LoggedModelTag
{
    public long LoggedModelKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>One point of a metric that a run measured of a model, on which data if that was said. The run has the point too.</summary>
public sealed class LoggedModelMetric
{
    public long Id { get; init; }
    public required long LoggedModelKey { get; init; }
    public required string RunId { get; init; }
    public required string Key { get; init; }

    /// <summary>Empty where nothing was said of the data.</summary>
    public required string DatasetName { get; init; }
    public required string DatasetDigest { get; init; }
    public long Step { get; init; }
    public long Timestamp { get; init; }
    public double Value { get; init; }
    public MetricKind Kind { get; init; }

    /// <summary>The value as it was logged.</summary>
    public double Logged => new MetricValue(Value, Kind).Logged;
}

/// <summary>What a run has to do with a model.</summary>
public enum ModelLink : short
{
    Input = 1,
    Output = 2,
}

/// <summary>That a run read a model, or made it at a step. The id is kept as sent: a run may name a model of another hub.</summary>
public sealed class RunModel
{
    public required long RunKey { get; init; }
    public required ModelLink Link { get; init; }
    public required string ModelId { get; init; }

    /// <summary>0 for what was read.</summary>
    public required long Step { get; init; }
}
