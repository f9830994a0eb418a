using MlHub.Adapters.Databases;
using MlHub.Notifications;
using MlHub.Web.Access;
using MlHub.Web.Account;

namespace MlHub.Web.Startup;

public enum ArtifactProvider
{
    Disk,
    AzureBlob,
}

public enum AccessMode
{
    /// <summary>People sign in.</summary>
    Accounts,

    /// <summary>One user, all allowed, on this machine only: what <c>mlflow ui</c> is used for.</summary>
    Open,
}

/// <summary>The settings, read and checked once at start; each has its key in appsettings.json.</summary>
public sealed record HubSettings(
    string DataDirectory, DatabaseProvider Database, string? DatabaseConnection, ArtifactProvider Artifacts, string? BlobConnection,
    AccessMode Access, SecondFactorRule SecondFactor, int RequestsPerSecond, MailSettings? Mail, bool Demo, string? AdminPassword)
{
    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static HubSettings Read(IConfiguration configuration, string[] args)
    {
        var settings = new HubSettings(
            Text(configuration, "MlHub:DataDirectory") ?? throw new SettingException("MlHub:DataDirectory", "is missing; it names the folder for MlHub's data"),
            Choice<DatabaseProvider>(configuration, "MlHub:Database:Provider"),
            Text(configuration, "ConnectionStrings:MlHub"),
            Choice<ArtifactProvider>(configuration, "MlHub:Artifacts:Provider"),
            Text(configuration, "ConnectionStrings:Blobs"),
            Choice<AccessMode>(configuration, "MlHub:Access:Mode"),
            Choice<SecondFactorRule>(configuration, "MlHub:SecondFactor"),
            Number(configuration, RequestRates.Setting),
            MailSection.ReadOrNull(configuration),
            args.Contains("--demo"),
            Environment.GetEnvironmentVariable("MLHUB_ADMIN_PASSWORD") is { Length: > 0 } password ? password : null);
        settings.Check(configuration);
        return settings;
    }

    private void Check(IConfiguration configuration)
    {
        if (Database != DatabaseProvider.Sqlite && DatabaseConnection is null)
        {
            throw new SettingException("ConnectionStrings:MlHub", $"is missing; MlHub:Database:Provider {Database} needs it");
        }

        if (Artifacts == ArtifactProvider.AzureBlob && BlobConnection is null)
        {
            throw new SettingException("ConnectionStrings:Blobs", "is missing; MlHub:Artifacts:Provider AzureBlob needs it");
        }

        if (AdminPassword is { } password && PasswordRules.Objection(FirstStart.AdminName, password) is { } objection)
        {
            throw new SettingException("MLHUB_ADMIN_PASSWORD", $"will not do: {objection.TrimEnd('.')}");
        }

        if (ListeningAddresses.Unreadable(configuration) is { } address)
        {
            throw new SettingException("Urls", $"holds '{address}', which is no address such as http://127.0.0.1:5000");
        }

        if (Access == AccessMode.Open && ListeningAddresses.Open(configuration) is { } open)
        {
            throw new SettingException("MlHub:Access:Mode", $"is Open, which is for this machine only, but MlHub would listen on {open}");
        }
    }

    internal static string? Text(IConfiguration configuration, string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    internal static int Number(IConfiguration configuration, string key) =>
        int.TryParse(Text(configuration, key), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new SettingException(key, $"is '{Text(configuration, key)}'; it must be a whole number");

    internal static T Choice<T>(IConfiguration configuration, string key)
        where T : struct, Enum
    {
        var value = Text(configuration, key);
        return Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(value!, ignoreCase: true)
            : throw new SettingException(key, $"is '{value}'; it must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
