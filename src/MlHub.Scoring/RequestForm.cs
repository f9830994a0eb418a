namespace MlHub.Scoring;

/// <summary>What the body of a request is.</summary>
public enum RequestForm : ushort
{
    /// <summary>MLflow's scoring protocol.</summary>
    InvocationJson = 1,
    InvocationCsv = 2,

    /// <summary>The Open Inference Protocol: the length of the JSON as 32 bits (little-endian), the JSON, raw tensors.</summary>
    Inference = 3,
}
