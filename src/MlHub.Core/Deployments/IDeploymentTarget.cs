using MlHub.Access;
using MlHub.Serving;

namespace MlHub.Deployments;

/// <summary>A target as whoever works with it needs it; its key is open here and nowhere else.</summary>
/// <param name="Url">Of its management interface, with a slash at its end; null for this hub.</param>
/// <param name="Key">What it is asked with; null where it asks for nothing.</param>
/// <param name="Settings">What else its kind wants.</param>
public sealed record TargetAccess(Uri? Url, string? Key, TargetSettings Settings);

/// <summary>What the kinds of targets want to know besides the address.</summary>
/// <param name="Workers">TorchServe: how many workers a version gets.</param>
/// <param name="SendFiles">Open Inference: whether the ONNX file is sent along, as Triton takes it; else the server must have the model in its own repository.</param>
public sealed record TargetSettings(int Workers = 1, bool SendFiles = false);

/// <summary>The version that is to be deployed, and on whose behalf.</summary>
public sealed record DeployedVersion(Caller Owner, DownloadableVersion Version);

/// <summary>An attempt failed; the message is for people, and holds no secret.</summary>
/// <param name="message">In a sentence.</param>
/// <param name="isFinal">Whether trying again is of no use until somebody changes something.</param>
public sealed class DeploymentException(string message, bool isFinal) : Exception(message)
{
    public bool IsFinal { get; } = isFinal;
}

/// <summary>
/// A kind of server that models are deployed to. Whatever it is told it may be told again, as an attempt can end before its answer is heard.
/// </summary>
public interface IDeploymentTarget
{
    TargetKind Kind { get; }

    /// <summary>Asks whether the server is there and lets us in.</summary>
    /// <exception cref="DeploymentException">Where not.</exception>
    Task CheckAsync(TargetAccess target, CancellationToken cancel);

    /// <summary>Brings the version there in the place of any other of its model.</summary>
    /// <returns>What people should know of it; null for nothing.</returns>
    /// <exception cref="DeploymentException">Where it could not be done.</exception>
    Task<string?> DeployAsync(TargetAccess target, DeployedVersion wanted, CancellationToken cancel);

    /// <summary>Takes the model away from there. What is not there is removed already.</summary>
    /// <exception cref="DeploymentException">Where it could not be done.</exception>
    Task RemoveAsync(TargetAccess target, Caller owner, string model, CancellationToken cancel);
}
