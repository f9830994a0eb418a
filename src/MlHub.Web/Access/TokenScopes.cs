namespace MlHub.Web.Access;

/// <summary>The scopes of tokens in people's words.</summary>
public sealed record TokenScopes(Scopes Scope, string Name, string Meaning)
{
    public static IReadOnlyList<TokenScopes> All { get; } =
    [
        new(Scopes.TrackingRead, "Read runs", "Find and read experiments, runs and metrics"),
        new(Scopes.TrackingWrite, "Log runs", "Create experiments and runs, log metrics, parameters and tags"),
        new(Scopes.ArtifactsRead, "Read artifacts", "List and download files"),
        new(Scopes.ArtifactsWrite, "Write artifacts", "Upload files"),
        new(Scopes.ArtifactsDelete, "Delete artifacts", "Delete files for good"),
        new(Scopes.RegistryRead, "Read models", "Find and read registered models and their versions"),
        new(Scopes.RegistryWrite, "Register models", "Create models and versions, set descriptions, tags and aliases, comment, ask for a stage; make webhooks of models one manages"),
        new(Scopes.RegistryApprove, "Decide on models", "Move versions between stages, approve and reject requests"),
        new(Scopes.ServingInvoke, "Ask models", "Send requests to models that are served"),
        new(Scopes.Admin, "Administer", "Make accounts and whatever else only administrators may"),
    ];

    public static IEnumerable<TokenScopes> Of(Scopes scopes) => All.Where(s => scopes.HasFlag(s.Scope));
}
