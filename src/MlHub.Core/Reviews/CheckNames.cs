using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>How a check may be called.</summary>
internal static class CheckNames
{
    public static void Check(string name)
    {
        LogRules.CheckLength(name, Limits.CheckName, "check");
        if (string.IsNullOrWhiteSpace(name) || name != name.Trim() || name.Any(char.IsControl))
        {
            throw HubException.Invalid("Invalid value for parameter 'check' supplied: a check's name must not be blank, begin or end with blanks, nor hold control characters.");
        }
    }
}
