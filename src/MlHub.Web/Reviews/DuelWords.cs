using System.Globalization;

namespace MlHub.Web.Reviews;

/// <summary>How the figures of a duel read.</summary>
internal static class DuelWords
{
    public static string Percent(double share) => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %";

    public static string Milliseconds(double? milliseconds) => milliseconds?.ToString("0.##", CultureInfo.InvariantCulture) ?? "–";
}
