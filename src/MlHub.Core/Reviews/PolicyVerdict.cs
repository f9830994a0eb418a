namespace MlHub.Reviews;

/// <summary>One rule of a policy, whether it is met, and why in a sentence.</summary>
public sealed record RuleResult(string Rule, bool IsMet, string Detail);

/// <summary>How a policy's rules stand for one version; without rules everything is allowed.</summary>
public sealed record PolicyVerdict(IReadOnlyList<RuleResult> Rules)
{
    public static readonly PolicyVerdict NoRules = new([]);

    public bool IsMet => Rules.All(r => r.IsMet);

    public IEnumerable<RuleResult> Unmet => Rules.Where(r => !r.IsMet);

    /// <summary>What keeps the viewer from approving now; that approvals are still missing does not.</summary>
    public IEnumerable<RuleResult> Blocking => Unmet.Where(r => r.Rule != PolicyRules.Approvals);

    public override string ToString() => string.Join("; ", Unmet.Select(r => $"{r.Rule}: {r.Detail}"));
}
