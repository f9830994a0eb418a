namespace MlHub.Torture;

/// <summary>One way to harm a hub: its row in the table of faults, and what was seen, in words.</summary>
internal sealed record Scenario(int Row, string Fault, Func<Patient, Task<string>> RunAsync);

/// <summary>What this machine does not allow.</summary>
internal sealed class NotPossibleHereException(string why) : Exception(why);
