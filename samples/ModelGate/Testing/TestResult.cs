namespace ModelGate.Testing;

/// <summary>What a test found: one sentence, and more in Markdown.</summary>
public sealed record TestResult(string Name, bool HasPassed, string Summary, string Details = "")
{
    public string State => HasPassed ? "passed" : "failed";

    public static TestResult Passed(string name, string summary) => new(name, true, summary);

    public static TestResult Failed(string name, string summary, IEnumerable<string> details) => new(name, false, summary, string.Join('\n', details.Take(50).Select(d => $"- {d}")));
}
