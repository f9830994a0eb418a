using MlHub.Deployments;

namespace MlHub.Web.Deployments;

/// <summary>The kinds of targets, for programs and for people.</summary>
public static class TargetKinds
{
    /// <exception cref="HubException">Invalid, with the valid names.</exception>
    public static TargetKind Parse(string kind) => Enum.GetValues<TargetKind>().Cast<TargetKind?>().FirstOrDefault(k => k!.Value.ToWire() == kind)
        ?? throw HubException.Invalid($"Invalid value for parameter 'kind' supplied: it must be one of {string.Join(", ", Enum.GetValues<TargetKind>().Select(ToWire))}.");

    public static string ToWire(this TargetKind kind) => kind switch
    {
        TargetKind.Hub => "HUB",
        TargetKind.TorchServe => "TORCH_SERVE",
        _ => "OPEN_INFERENCE",
    };

    public static string Words(this TargetKind kind) => kind switch
    {
        TargetKind.Hub => "This hub",
        TargetKind.TorchServe => "TorchServe",
        _ => "KServe, Triton, Open Inference",
    };
}
