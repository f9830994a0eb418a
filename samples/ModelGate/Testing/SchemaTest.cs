using ModelGate.Hub;

namespace ModelGate.Testing;

/// <summary>Can whoever calls the live version call the new one? The hub knows the rules; the bot tells what they say.</summary>
public static class SchemaTest
{
    public const string Name = "schema";

    public static TestResult Run(ModelFile candidate, ModelVersion? live, Comparison? comparison)
    {
        if (candidate.Inputs is null)
        {
            return new(Name, false, "The model has no signature; log it with one");
        }

        if (live is null || comparison is null)
        {
            return TestResult.Passed(Name, "There is no version yet whose callers could be disappointed");
        }

        var where = $"version {live.Version} in {live.CurrentStage}";
        return comparison.Schema.Verdict switch
        {
            "IDENTICAL" => TestResult.Passed(Name, $"Same schema as {where}"),
            "COMPATIBLE" => TestResult.Passed(Name, $"Compatible with {where}"),
            "BREAKING" => TestResult.Failed(Name, Sentence(comparison.Schema, where), comparison.Schema.Breaking.Select(f => $"{Shown.Name(f.Name)}: {f.Reason}")),
            _ => TestResult.Passed(Name, $"{char.ToUpperInvariant(where[0])}{where[1..]} has no signature to compare with"),
        };
    }

    private static string Sentence(SchemaChange schema, string where)
    {
        string[] missing = [.. schema.MissingColumns];
        return missing.Length > 0
            ? $"Missing columns, which callers of {where} send: {string.Join(", ", missing.Take(20))}"
            : $"Breaks the callers of {where}";
    }
}
