namespace MlHub.Web.Account;

/// <summary>Whom the setting MlHub:SecondFactor asks for a second factor.</summary>
public enum SecondFactorRule
{
    Optional,
    Administrators,
    Everyone,
}

public static class SecondFactorRules
{
    /// <summary>Whether the account must have a second factor, be it set up or not. A program has no password to guard.</summary>
    public static bool Demands(this SecondFactorRule rule, HubUser user) =>
        !user.IsServiceAccount && (rule == SecondFactorRule.Everyone || (rule == SecondFactorRule.Administrators && user.IsAdmin));
}
