namespace MlHub.Reviews;

/// <summary>One rule of a policy, whether it is met, and why in a sentence.</summary>
public sealed record RuleResult(string Rule, bool IsMet, string Detail);

/// <summary>How a policy's rules stand for one version; without rules everything is allowed.</summary>
public sealed record PolicyVerdict(IReadOnlyList<RuleResult> Rules)
{
    public static readonly PolicyVerdict NoRules = new([]);

    public bool IsMet => Rules.All(r => r.IsMet);

    public IEnumerable<RuleResult> Unmet => Rules.Where(r => !r.IsMet);
}
