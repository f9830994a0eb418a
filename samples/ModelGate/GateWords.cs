using System.Text;
using ModelGate.Hub;
using ModelGate.Testing;

namespace ModelGate;

/// <summary>What the bot writes to people, in Markdown.</summary>
public static class GateWords
{
    public static string Request(ModelVersion version, IReadOnlyList<TestResult> results) =>
        $"On behalf of @{version.UserId}, who registered this version. ModelGate's tests passed:\n\n{Lines(results)}";

    public static string Refusal(ModelVersion version, ModelVersion? live, Comparison? comparison, IReadOnlyList<TestResult> results, string stage)
    {
        var text = new StringBuilder($"@{version.UserId} this version cannot go to {stage} as it is{(live is null ? "" : $", where version {live.Version} serves now")}.\n\n");
        if (comparison?.Schema is { Verdict: "BREAKING" } schema && schema.MissingColumns.ToArray() is { Length: > 0 } missing)
        {
            text.Append($"**Missing columns:** {Shown.Names(missing)}. Callers send them, and what they say would be ignored. Were they dropped from the training data?\n\n");
        }

        return text.Append(Lines(results)).ToString();
    }

    private static string Lines(IReadOnlyList<TestResult> results) =>
        string.Join('\n', results.Select(r => $"- `{r.Name}` {r.State}: {r.Summary.Replace('@', '＠')}"));
}
