using System.Globalization;
using MlHub.Artifacts;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Startup;

/// <summary>The settings <c>MlHub:Artifacts:…</c> beside the provider, and where signed links lead to.</summary>
internal static class ArtifactSection
{
    private const string Quota = "MlHub:Artifacts:QuotaPerExperiment", Largest = "MlHub:Artifacts:MaxFileSize",
        Reserve = "MlHub:Artifacts:FreeSpaceReserve", Scrub = "MlHub:Artifacts:ScrubBytesPerSecond", Url = "MlHub:PublicUrl";

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static ArtifactSettings Read(IConfiguration configuration)
    {
        var defaults = new ArtifactSettings();
        return new()
        {
            QuotaPerExperiment = Bytes(configuration, Quota) ?? defaults.QuotaPerExperiment,
            MaxFileSize = Bytes(configuration, Largest) ?? defaults.MaxFileSize,
            ScrubRate = Bytes(configuration, Scrub) ?? defaults.ScrubRate,
        };
    }

    /// <summary>Null for what the store chooses by the size of its disk.</summary>
    public static long? ReadReserve(IConfiguration configuration) => Bytes(configuration, Reserve);

    public static PublicAddress ReadPublicAddress(IConfiguration configuration) => HubSettings.Text(configuration, Url) switch
    {
        null => new(null),
        { } text when Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" } => new(url),
        _ => throw new SettingException(Url, "is no address such as https://mlhub.example.com, where programs reach this hub"),
    };

    /// <summary>Null where nothing is set.</summary>
    internal static long? Bytes(IConfiguration configuration, string key) => HubSettings.Text(configuration, key) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) => bytes,
        { } text => throw new SettingException(key, $"is '{text}'; it must be a number of bytes, or 0 for none"),
    };
}
