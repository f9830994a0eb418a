namespace MlHub.Web.Account;

/// <summary>What people call the program that a User-Agent header names.</summary>
public static class Browsers
{
    // In this order: most browsers also name those that they descend from.
    private static readonly (string Sign, string Name)[] Programs =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Chromium/", "Chromium"), ("Safari/", "Safari")];

    private static readonly (string Sign, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    /// <summary>Such as "Firefox on Linux"; the header's first words where it names no browser.</summary>
    public static string NameOf(string? userAgent)
    {
        if (string.IsNullOrWhiteSpace(userAgent))
        {
            return "Unknown browser";
        }

        return (FirstOrNull(Programs, userAgent), FirstOrNull(Systems, userAgent)) switch
        {
            ({ } program, { } system) => $"{program} on {system}",
            ({ } program, null) => program,
            _ => userAgent.Length > 40 ? userAgent[..40] + "…" : userAgent,
        };
    }

    private static string? FirstOrNull((string Sign, string Name)[] known, string userAgent) =>
        known.Where(k => userAgent.Contains(k.Sign, StringComparison.Ordinal)).Select(k => k.Name).FirstOrDefault();
}
