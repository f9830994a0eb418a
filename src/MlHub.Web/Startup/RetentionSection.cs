using System.Globalization;
using MlHub.Trash;

namespace MlHub.Web.Startup;

/// <summary>The settings under <c>MlHub:Retention</c>.</summary>
internal static class RetentionSection
{
    private const int Longest = 36_500;

    /// <exception cref="SettingException">Where a value is no number of days.</exception>
    public static RetentionRules Read(IConfiguration configuration) =>
        new(Days(configuration, "MlHub:Retention:DeletedRunsAfterDays"), Days(configuration, "MlHub:Retention:DeletedExperimentsAfterDays"));

    /// <summary>Null for 0 as for nothing: never.</summary>
    private static int? Days(IConfiguration configuration, string key) =>
        HubSettings.Text(configuration, key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days <= Longest ? days == 0 ? null : days
        : throw new SettingException(key, $"is '{text}'; it must be a number of days up to {Longest}, or 0 for never");
}
