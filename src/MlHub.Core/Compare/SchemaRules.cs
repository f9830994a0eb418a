using System.Text.Json;
using MlHub.Artifacts;

namespace MlHub.Compare;

/// <summary>
/// Compares signatures as a caller feels it: a candidate is compatible where everything that may be sent to the baseline may be
/// sent to it, and everything that the baseline answers it answers too.
/// </summary>
public static class SchemaRules
{
    private const string Inputs = "Inputs";
    private const string Outputs = "Outputs";

    public static SchemaComparison Compare(ModelFile? baseline, ModelFile? candidate)
    {
        if (baseline is not { Signature.Count: > 0 } || candidate is not { Signature.Count: > 0 })
        {
            return new(IsKnown: false, IsCompatible: baseline is not { Signature.Count: > 0 }, []);
        }

        List<FieldDifference> fields = [.. new[] { Inputs, Outputs, "Parameters" }.SelectMany(part => Compare(part, Fields(baseline, part), Fields(candidate, part)))];
        return new(IsKnown: true, fields.TrueForAll(f => !f.IsBreaking), fields);
    }

    private static IReadOnlyList<SignatureField> Fields(ModelFile model, string part) => model.Signature.FirstOrDefault(p => p.Title == part).Fields ?? [];

    private static IEnumerable<FieldDifference> Compare(string part, IReadOnlyList<SignatureField> baseline, IReadOnlyList<SignatureField> candidate)
    {
        var before = ByName(baseline);
        var after = ByName(candidate);
        return before.Keys.Union(after.Keys).Select(name => Compare(part, name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)));
    }

    private static Dictionary<string, SignatureField> ByName(IReadOnlyList<SignatureField> fields) =>
        fields.GroupBy(f => f.Name, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);

    private static FieldDifference Compare(string part, string name, SignatureField? baseline, SignatureField? candidate)
    {
        var (kind, breaks, note) = (baseline, candidate) switch
        {
            (null, { Required: true }) when part == Inputs => (Difference.Added, true, "new and required: callers do not send it yet"),
            (null, _) => (Difference.Added, false, "new"),
            (_, null) when part == Outputs => (Difference.Removed, true, "no longer answered"),
            (_, null) => (Difference.Removed, false, "no longer used; callers may still send it"),
            _ => Compare(part, baseline, candidate),
        };
        return new(part, name, baseline, candidate, kind, breaks, note);
    }

    private static (Difference, bool, string) Compare(string part, SignatureField baseline, SignatureField candidate)
    {
        // What is answered must fit where the baseline's answer fitted, what is sent must fit the candidate.
        var fits = part == Outputs ? Fits(candidate.Type, baseline.Type) : Fits(baseline.Type, candidate.Type);
        var types = $"{baseline.Type} became {candidate.Type}";
        return (baseline.Required, candidate.Required) switch
        {
            _ when !fits => (Difference.Changed, true, $"{types}, which {(part == Outputs ? "callers cannot take for it" : "cannot take every value of it")}"),
            (false, true) when part == Inputs => (Difference.Changed, true, "was optional, is required"),
            (true, false) when part == Outputs => (Difference.Changed, true, "was always answered, is optional"),
            (var was, var @is) when was != @is => (Difference.Changed, false, @is ? "was optional, is required" : "was required, is optional"),
            _ when baseline.Type != candidate.Type => (Difference.Changed, false, $"{types}, which takes every value of it"),
            _ => (Difference.Same, false, ""),
        };
    }

    /// <summary>Whether every value of one type is a value of the other, as MLflow's own enforcement of schemas converts.</summary>
    public static bool Fits(string from, string to) =>
        from == to
        || (from, to) is ("integer", "long" or "double") or ("float", "double") or ("string" or "integer" or "long" or "float" or "double" or "boolean" or "binary" or "datetime", "any")
        || (TensorOrNull(from), TensorOrNull(to)) is ({ } one, { } other) && one.Type == other.Type && one.Shape.Length == other.Shape.Length
            && one.Shape.Zip(other.Shape).All(d => d.Second == -1 || d.First == d.Second);

    /// <summary>A tensor is written as its element type and shape: <c>float64[-1,13]</c>.</summary>
    private static (string Type, long[] Shape)? TensorOrNull(string type)
    {
        var at = type.IndexOf('[', StringComparison.Ordinal);
        try
        {
            return at > 0 ? (type[..at], JsonSerializer.Deserialize<long[]>(type[at..])!) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
