using ModelGate.Hub;
using ModelGate.Testing;

namespace ModelGate;

/// <summary>Judges one version: loads it and the live one, tests, and says what it found where people look.</summary>
public sealed class Gate(HubClient hub, GateSettings settings, IReadOnlyDictionary<string, IReadOnlyList<KnownCase>> cases, ILogger<Gate> logger)
{
    private const string CheckPrefix = "gate/";
    private const int LongestSummary = 500;

    public async Task JudgeAsync(string model, string number, CancellationToken cancel)
    {
        var version = await hub.VersionAsync(model, number, cancel);
        if (version.Status != "READY" || version.CurrentStage == settings.Stage)
        {
            logger.LogInformation("{Model} version {Version} is {Status} in {Stage}: nothing to judge now", model, number, version.Status, version.CurrentStage);
            return;
        }

        foreach (var name in new[] { SchemaTest.Name, MetricTest.Name, UnitTests.Name })
        {
            await hub.ReportAsync(model, number, new(CheckPrefix + name, "pending", "Being tested", ""), cancel);
        }

        var live = await hub.LatestOrNullAsync(model, settings.Stage, cancel);
        var comparison = live is null ? null : await hub.CompareAsync(model, live.Version, number, cancel);
        var results = await TestAsync(version, live, comparison, cancel);
        await TellAsync(version, live, results, cancel);
        if (results.All(r => r.HasPassed))
        {
            await AskAsync(version, results, cancel);
        }
        else
        {
            await hub.CommentOnceAsync(model, number, GateWords.Refusal(version, live, comparison, results, settings.Stage), cancel);
        }
    }

    private async Task<TestResult[]> TestAsync(ModelVersion version, ModelVersion? live, Comparison? comparison, CancellationToken cancel)
    {
        var file = ModelFile.Parse(await hub.FileOrNullAsync(version.Name, version.Version, "MLmodel", cancel) ?? "");
        var example = file.Example is { Length: > 0 } path ? await hub.FileOrNullAsync(version.Name, version.Version, path, cancel) : null;
        return
        [
            SchemaTest.Run(file, live, comparison),
            MetricTest.Run(settings, live, comparison),
            UnitTests.Run(file, example, cases.GetValueOrDefault(version.Name, [])),
        ];
    }

    private async Task TellAsync(ModelVersion version, ModelVersion? live, TestResult[] results, CancellationToken cancel)
    {
        foreach (var result in results)
        {
            await hub.SetTagAsync(version.Name, version.Version, $"gate.{result.Name.Replace('-', '_')}", result.State, cancel);
        }

        await hub.SetTagAsync(version.Name, version.Version, "gate.compared_with", live?.Version ?? "none", cancel);
        foreach (var result in results)
        {
            logger.LogInformation("{Model} version {Version}: {Test} {State}: {Summary}", version.Name, version.Version, result.Name, result.State, result.Summary);
            var summary = result.Summary.Length > LongestSummary ? result.Summary[..LongestSummary] : result.Summary;
            await hub.ReportAsync(version.Name, version.Version, new(CheckPrefix + result.Name, result.State, summary, result.Details), cancel);
        }
    }

    private async Task AskAsync(ModelVersion version, TestResult[] results, CancellationToken cancel)
    {
        var asked = await hub.RequestOnceAsync(version.Name, version.Version, settings.Stage, GateWords.Request(version, results), cancel);
        logger.LogInformation("{Model} version {Version}: {Outcome} {Stage}", version.Name, version.Version, asked ? "asked for" : "somebody has asked already for", settings.Stage);
    }
}
