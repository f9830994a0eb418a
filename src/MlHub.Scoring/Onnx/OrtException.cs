namespace MlHub.Scoring.Onnx;

/// <summary>ONNX Runtime's reasons (<c>OrtErrorCode</c>).</summary>
public enum OrtError
{
    None,
    Fail,
    InvalidArgument,
    NoSuchFile,
    NoModel,
    EngineError,
    RuntimeException,
    InvalidProtobuf,
    ModelLoaded,
    NotImplemented,
    InvalidGraph,
    ProviderFail,
}

/// <summary>What ONNX Runtime refused, in its words.</summary>
public sealed class OrtException(OrtError error, string message) : Exception(message)
{
    public OrtError Error { get; } = error;
}
