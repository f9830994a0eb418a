using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>How callers name a version of a model: by its number, a stage in any case, an alias with an @ before it, or <c>latest</c>.</summary>
public abstract record VersionSelector
{
    /// <summary>The newest version whose files are there, whatever its stage.</summary>
    public const string Latest = "latest";

    /// <exception cref="HubException">Invalid for anything else.</exception>
    public static VersionSelector Parse(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? new OfNumber(number)
        : text is ['@', _, ..] ? new OfAlias(text[1..])
        : text.Equals(Latest, StringComparison.OrdinalIgnoreCase) ? new OfNewest(null)
        : Stages.ParseOrNull(text) is { } stage ? new OfNewest(stage)
        : throw HubException.Invalid($"Invalid value for parameter 'version' supplied: '{LogRules.Shown(text)}' is neither a number, a stage, an @alias nor '{Latest}'.");

    /// <summary>The version that it leads to now.</summary>
    /// <exception cref="HubException">NotFound where there is none, or the model may not be read.</exception>
    internal async Task<FoundVersion> FindAsync(HubDb db, Caller caller, string name, CancellationToken cancel)
    {
        var (model, has) = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
        var version = await Among(db, db.ModelVersions.Where(v => v.ModelId == model.Id)).OrderByDescending(v => v.Number).FirstOrDefaultAsync(cancel)
            ?? throw HubException.NotFound($"Model Version (name={LogRules.Shown(name)}, version={LogRules.Shown($"{this}")}) not found");
        return new(model, version, has);
    }

    private protected abstract IQueryable<ModelVersion> Among(HubDb db, IQueryable<ModelVersion> versions);

    private sealed record OfNumber(int Number) : VersionSelector
    {
        public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);

        private protected override IQueryable<ModelVersion> Among(HubDb db, IQueryable<ModelVersion> versions) => versions.Where(v => v.Number == Number);
    }

    private sealed record OfAlias(string Alias) : VersionSelector
    {
        public override string ToString() => $"@{Alias}";

        private protected override IQueryable<ModelVersion> Among(HubDb db, IQueryable<ModelVersion> versions) =>
            versions.Where(v => db.ModelAliases.Any(a => a.ModelId == v.ModelId && a.Alias == Alias && a.Version == v.Number));
    }

    private sealed record OfNewest(Stage? Stage) : VersionSelector
    {
        public override string ToString() => Stage is { } stage ? $"{stage}" : Latest;

        private protected override IQueryable<ModelVersion> Among(HubDb db, IQueryable<ModelVersion> versions) =>
            versions.Where(v => v.Status == VersionStatus.Ready && (Stage == null || v.Stage == Stage));
    }
}
