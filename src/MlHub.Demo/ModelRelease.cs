namespace MlHub.Demo;

/// <summary>What becomes of a trained model in the registry: the stages it goes through, a name to load it by, and what is asked for it.</summary>
public sealed record ModelRelease(string? Alias = null, string? Asked = null, params string[] Stages);
