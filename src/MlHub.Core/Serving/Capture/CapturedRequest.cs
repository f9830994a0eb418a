namespace MlHub.Serving.Capture;

/// <summary>A request that was kept, with its answer; the values of redacted columns are not in it.</summary>
public sealed class CapturedRequest
{
    public long Id { get; init; }

    /// <summary>The version that answered.</summary>
    public required long VersionId { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>As it was asked: a number, a stage, or an alias with an @ before it.</summary>
    public required string Selector { get; init; }

    /// <summary>A whole request of MLflow's scoring protocol, JSON in UTF-8.</summary>
    public required byte[] Request { get; init; }
    public required int Status { get; init; }

    /// <summary>The answer's body, UTF-8.</summary>
    public required byte[] Answer { get; init; }
    public required double Milliseconds { get; init; }

    /// <summary>One that was not added to the database yet, for a transaction that is run again.</summary>
    internal CapturedRequest Copy() => new() { VersionId = VersionId, At = At, Selector = Selector, Request = Request, Status = Status, Answer = Answer, Milliseconds = Milliseconds };
}
