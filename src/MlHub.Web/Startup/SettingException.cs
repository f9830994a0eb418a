namespace MlHub.Web.Startup;

/// <summary>A setting that MlHub cannot start with. The message is one sentence that begins with the setting's name.</summary>
public sealed class SettingException(string setting, string complaint) : Exception($"{setting} {complaint}.");
