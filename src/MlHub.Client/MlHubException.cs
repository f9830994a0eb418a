namespace MlHub.Client;

/// <summary>What went wrong between a program and its model.</summary>
public enum MlHubProblem
{
    /// <summary>Nobody answers at the hub's address, or not in time. It may help to try again.</summary>
    Unreachable,

    /// <summary>The hub refused: the token is wrong, or may not read the model.</summary>
    Denied,

    /// <summary>The hub has no such model, or the name leads to no version.</summary>
    NotFound,

    /// <summary>The hub answered with something that this library does not understand.</summary>
    Misunderstood,

    /// <summary>What was downloaded is not what the hub said that it would be.</summary>
    Damaged,

    /// <summary>The version has no ONNX model, or one that cannot be loaded.</summary>
    NotRunnable,

    /// <summary>ONNX Runtime's library is not on this machine.</summary>
    NoRuntime,

    /// <summary>The rows do not fit the model; the message names the column and what was expected.</summary>
    BadInput,
}

/// <summary>A model could not be loaded or asked; the message says why in a sentence.</summary>
public sealed class MlHubException(MlHubProblem problem, string message, Exception? inner = null) : Exception(message, inner)
{
    public MlHubProblem Problem { get; } = problem;

    /// <summary>What the hub answered; null where it did not.</summary>
    public int? Status { get; init; }
}
