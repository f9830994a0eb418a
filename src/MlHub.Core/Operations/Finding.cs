using System.Text.Json.Serialization;

namespace MlHub.Operations;

[JsonConverter(typeof(JsonStringEnumConverter<FindingState>))]
public enum FindingState
{
    Ok,

    /// <summary>Worth knowing; nothing is lost by it.</summary>
    Warning,
    Error,
}

/// <summary>What one check of a hub found, in a sentence.</summary>
public sealed record Finding(string Check, FindingState State, string Detail)
{
    public static Finding Ok(string check, string detail) => new(check, FindingState.Ok, detail);

    public static Finding Warning(string check, string detail) => new(check, FindingState.Warning, detail);

    public static Finding Error(string check, string detail) => new(check, FindingState.Error, detail);
}
