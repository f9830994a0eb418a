using MlHub.Reviews;

namespace MlHub.Web.Reviews;

/// <summary>The rules of a policy as people call them.</summary>
internal static class RuleWords
{
    public static string Title(string rule) => rule switch
    {
        PolicyRules.Approvals => "Approvals",
        PolicyRules.FourEyes => "Four eyes",
        PolicyRules.Approvers => "Approvers",
        PolicyRules.Freeze => "No freeze",
        _ => rule.Length > 0 ? char.ToUpperInvariant(rule[0]) + rule[1..] : rule,
    };
}
