namespace MlHub.Demo;

/// <summary>What the demo left on the server; no runs if there were finished ones already.</summary>
public sealed record DemoSummary(string ExperimentId, IReadOnlyList<DemoRun> Runs);

/// <summary>One run and how it ended: FINISHED or FAILED.</summary>
public sealed record DemoRun(string RunId, string Name, string Status);
