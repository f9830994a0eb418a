using System.Globalization;

namespace MlHub.Access;

/// <summary>
/// What a restricted token is good for: some registered models, to read and to ask them. Whoever comes with one is no administrator and holds no grant on anything else,
/// whoever owns the token; and only endpoints that are about one model let them in.
/// </summary>
/// <param name="Models">Ids of registered models.</param>
/// <param name="OfAdmin">Whether the token's owner is an administrator.</param>
public sealed record TokenLimit(IReadOnlyList<long> Models, bool OfAdmin)
{
    /// <summary>What a token that is restricted to models may be used for at most.</summary>
    public const Scopes Most = Scopes.RegistryRead | Scopes.ArtifactsRead | Scopes.ServingInvoke;

    public bool Covers(long modelId) => Models.Contains(modelId);

    /// <summary>For a claim; <see cref="Parse"/> reads it back.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(OfAdmin ? "admin" : "")}:{string.Join(',', Models)}");

    public static TokenLimit Parse(string text)
    {
        var parts = text.Split(':');
        return new([.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(id => long.Parse(id, CultureInfo.InvariantCulture))], parts[0] == "admin");
    }
}
