using MlHub.Adapters.DataVersions;

namespace MlHub.Web.Startup;

/// <summary>The setting <c>MlHub:DataSources:Roots</c>: below which directories and containers MlHub may read the logs of tables.</summary>
internal static class DataSourcesSection
{
    public const string Key = "MlHub:DataSources:Roots";

    /// <exception cref="SettingException">In one sentence that names the setting.</exception>
    public static DataFolders Read(IConfiguration configuration, HubSettings settings)
    {
        List<string> roots = [.. configuration.GetSection(Key).GetChildren().Select(c => c.Value).OfType<string>().Where(r => !string.IsNullOrWhiteSpace(r))];
        try
        {
            return new(roots, settings.BlobConnection, settings.DataDirectory);
        }
        catch (IOException objection)
        {
            throw new SettingException(Key, $"has an entry that {objection.Message}");
        }
    }
}
