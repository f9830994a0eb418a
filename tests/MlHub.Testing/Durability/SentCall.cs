namespace MlHub.Testing.Durability;

/// <summary>One call that was sent: what it wrote, to which run or model, and what the hub said of it.</summary>
public sealed class SentCall(string kind, string target, int number)
{
    public string Kind { get; } = kind;

    public string Target { get; } = target;

    public int Number { get; } = number;

    /// <summary>By this it is found again in what is stored.</summary>
    public string Mark => $"{Kind}-{Number}";

    /// <summary>The hub said that it is stored, so it must be there.</summary>
    public bool Acknowledged { get; internal set; }

    /// <summary>The hub said that nothing of it is stored, so it must not be there. Without either it may be.</summary>
    public bool Refused { get; internal set; }

    public override string ToString() => $"{Mark} of {Target}";
}
