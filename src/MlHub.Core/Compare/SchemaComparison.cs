using MlHub.Artifacts;
using MlHub.Reviews;
using MlHub.Scoring.Signatures;

namespace MlHub.Compare;

/// <summary>What a new signature means for those who call the old one.</summary>
public enum SchemaVerdict
{
    /// <summary>A signature is missing, so nothing can be said.</summary>
    Unknown,
    Identical,
    Compatible,
    Breaking,
}

/// <summary>The fields of both signatures and what follows for callers of the baseline.</summary>
/// <param name="Verdict">The worst of the fields.</param>
/// <param name="LosesSignature">Whether the baseline has a signature and the candidate none.</param>
/// <param name="Fields">All fields of both, in the order of the baseline, new ones last.</param>
public sealed record SchemaComparison(SchemaVerdict Verdict, bool LosesSignature, IReadOnlyList<FieldDifference> Fields)
{
    /// <summary>What it means where a policy may let callers go on sending what is no longer read.</summary>
    public SchemaComparison Under(PromotionPolicy policy)
    {
        List<FieldDifference> fields = [.. Fields.Select(f => f is { Part: SignaturePart.Inputs, Kind: Difference.Removed } ? f with { Verdict = SchemaVerdict.Compatible } : f)];
        return policy.AllowRemovedInputs && Verdict == SchemaVerdict.Breaking ? this with { Fields = fields, Verdict = fields.Max(f => f.Verdict) } : this;
    }
}

/// <summary>One field of both signatures; null where a side does not have it.</summary>
/// <param name="Part">What it belongs to.</param>
/// <param name="Name">Its name.</param>
/// <param name="Baseline">What it was.</param>
/// <param name="Candidate">What it is.</param>
/// <param name="Kind">How it differs.</param>
/// <param name="Verdict">What that means for callers of the baseline.</param>
/// <param name="Note">Why; empty where nothing differs.</param>
public sealed record FieldDifference(
    SignaturePart Part, string Name, SignatureField? Baseline, SignatureField? Candidate, Difference Kind, SchemaVerdict Verdict, string Note)
{
    public bool IsBreaking => Verdict == SchemaVerdict.Breaking;
}
