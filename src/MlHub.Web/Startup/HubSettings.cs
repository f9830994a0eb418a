using System.Globalization;
using MlHub.Adapters.Databases;
using MlHub.Notifications;
using MlHub.Trash;
using MlHub.Web.Access;
using MlHub.Web.Account;
using MlHub.Web.Operations;

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
    AccessMode Access, SecondFactorRule SecondFactor, int RequestsPerSecond, MailSettings? Mail, RetentionRules Retention, bool Demo, string? AdminPassword,
    TimeSpan DrainDelay, LogFormat LogFormat, Uri? OtlpEndpoint, TimeSpan OtlpInterval)
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
            Whole(configuration, RequestRates.Setting, 0, 1_000_000),
            MailSection.ReadOrNull(configuration),
            RetentionSection.Read(configuration),
            args.Contains("--demo"),
            Environment.GetEnvironmentVariable("MLHUB_ADMIN_PASSWORD") is { Length: > 0 } password ? password : null,
            TimeSpan.FromSeconds(Whole(configuration, "MlHub:DrainSeconds", 0, Drain.MostSeconds)),
            Choice<LogFormat>(configuration, "MlHub:Logging:Format"),
            Address(configuration, "MlHub:Telemetry:OtlpEndpoint"),
            TimeSpan.FromSeconds(Whole(configuration, "MlHub:Telemetry:IntervalSeconds", 1, 3600)));
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

    /// <summary>With a slash at its end, so that paths can be appended.</summary>
    private static Uri? Address(IConfiguration configuration, string key) =>
        Text(configuration, key) is not { } text ? null
        : Uri.TryCreate(text.TrimEnd('/') + "/", UriKind.Absolute, out var address) && (address.Scheme is "http" or "https") ? address
        : throw new SettingException(key, $"is '{text}', which is no address such as http://127.0.0.1:4318");

    internal static int Whole(IConfiguration configuration, string key, int least, int most) =>
        int.TryParse(Text(configuration, key), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new SettingException(key, $"is '{configuration[key]}'; it must be a whole number from {least} to {most}");

    internal static T Choice<T>(IConfiguration configuration, string key)
        where T : struct, Enum
    {
        var value = Text(configuration, key);
        return Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(value!, ignoreCase: true)
            : throw new SettingException(key, $"is '{value}'; it must be one of {string.Join(", ", Enum.GetNames<T>())}");
    }
}
