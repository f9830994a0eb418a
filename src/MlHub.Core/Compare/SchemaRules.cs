using MlHub.Artifacts;
using MlHub.Scoring.Signatures;

namespace MlHub.Compare;

/// <summary>
/// Compares signatures as a caller feels it: a candidate is compatible where everything that may be sent to the baseline may be
/// sent to it and is used, and everything that the baseline answers it answers too.
/// </summary>
public static class SchemaRules
{
    public static SchemaComparison Compare(ModelFile? baseline, ModelFile? candidate)
    {
        var hadOne = baseline is { Signature.Count: > 0 };
        if (!hadOne || candidate is not { Signature.Count: > 0 })
        {
            return new(SchemaVerdict.Unknown, LosesSignature: hadOne, []);
        }

        List<FieldDifference> fields = [.. Enum.GetValues<SignaturePart>().SelectMany(part => Compare(part, Fields(baseline!, part), Fields(candidate, part)))];
        return new(fields.Select(f => f.Verdict).Append(SchemaVerdict.Identical).Max(), LosesSignature: false, fields);
    }

    private static IReadOnlyList<SignatureField> Fields(ModelFile model, SignaturePart part) => model.Signature.FirstOrDefault(p => p.Part == part).Fields ?? [];

    private static IEnumerable<FieldDifference> Compare(SignaturePart part, IReadOnlyList<SignatureField> baseline, IReadOnlyList<SignatureField> candidate)
    {
        var (before, after) = (ByName(baseline), ByName(candidate));
        var moved = Moved([.. before.Keys.Where(after.ContainsKey)], [.. after.Keys.Where(before.ContainsKey)]);
        return before.Keys.Union(after.Keys).Select(name =>
        {
            var (was, @is) = (before.GetValueOrDefault(name), after.GetValueOrDefault(name));
            var (kind, verdict, note) = Compare(part, was, @is);
            return kind == Difference.Same && moved.Contains(name)
                ? new FieldDifference(part, name, was, @is, Difference.Moved, SchemaVerdict.Compatible, "in another place; it is found by its name")
                : new(part, name, was, @is, kind, verdict, note);
        });
    }

    /// <summary>In order; of two fields with one name the first counts.</summary>
    private static OrderedDictionary<string, SignatureField> ByName(IReadOnlyList<SignatureField> fields)
    {
        OrderedDictionary<string, SignatureField> named = new(StringComparer.Ordinal);
        foreach (var field in fields)
        {
            named.TryAdd(field.Name, field);
        }

        return named;
    }

    private static HashSet<string> Moved(List<string> before, List<string> after) =>
        [.. before.Zip(after).Where(pair => pair.First != pair.Second).Select(pair => pair.First)];

    private static (Difference Kind, SchemaVerdict Verdict, string Note) Compare(SignaturePart part, SignatureField? baseline, SignatureField? candidate) => (baseline, candidate) switch
    {
        (null, { Required: true }) when part == SignaturePart.Inputs => (Difference.Added, SchemaVerdict.Breaking, "new and required: callers do not send it yet"),
        (null, _) => (Difference.Added, SchemaVerdict.Compatible, "new"),
        (_, null) when part == SignaturePart.Outputs => (Difference.Removed, SchemaVerdict.Breaking, "no longer answered"),
        (_, null) when part == SignaturePart.Inputs => (Difference.Removed, SchemaVerdict.Breaking, "no longer used: what callers send would be ignored in silence"),
        (_, null) => (Difference.Removed, SchemaVerdict.Compatible, "no longer used; callers may still send it"),
        _ => Compare(part, baseline, candidate, typesDiffer: baseline.Type.ToString() != candidate.Type.ToString()),
    };

    private static (Difference Kind, SchemaVerdict Verdict, string Note) Compare(SignaturePart part, SignatureField baseline, SignatureField candidate, bool typesDiffer)
    {
        // What is answered must fit where the baseline's answer fitted, what is sent must fit the candidate.
        var isOutput = part == SignaturePart.Outputs;
        var fits = !typesDiffer || (isOutput ? TypeRules.Fits(candidate.Type, baseline.Type) : TypeRules.Fits(baseline.Type, candidate.Type));
        var types = $"{baseline.Type} became {candidate.Type}";
        return (baseline.Required, candidate.Required) switch
        {
            _ when !fits => (Difference.Changed, SchemaVerdict.Breaking, $"{types}, which {(isOutput ? "callers cannot take for it" : "cannot take every value of it")}"),
            (false, true) when part == SignaturePart.Inputs => (Difference.Changed, SchemaVerdict.Breaking, "was optional, is required"),
            (true, false) when isOutput => (Difference.Changed, SchemaVerdict.Breaking, "was always answered, is optional"),
            (var was, var @is) when was != @is => (Difference.Changed, SchemaVerdict.Compatible, @is ? "was optional, is required" : "was required, is optional"),
            _ when typesDiffer => (Difference.Changed, SchemaVerdict.Compatible, $"{types}, which takes every value of it"),
            _ => (Difference.Same, SchemaVerdict.Identical, ""),
        };
    }
}
