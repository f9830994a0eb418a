using System.Globalization;
using System.Text;

namespace ModelGate;

/// <summary>What the bot has to be told; each is <c>Gate:NAME</c> in appsettings.json, <c>Gate__NAME</c> in the environment, <c>--Gate:NAME=VALUE</c> on the command line.</summary>
/// <param name="Hub">Where MlHub is.</param>
/// <param name="Token">Of the bot's service account, with the scopes RegistryRead and RegistryWrite.</param>
/// <param name="Key">With which the hub signs.</param>
/// <param name="Stage">Which stage the bot guards.</param>
/// <param name="Metric">The metric that must not get worse.</param>
/// <param name="LowerIsBetter">Whether less of it is better.</param>
/// <param name="Tolerance">By what share it may be worse: 0.02 is two per cent.</param>
/// <param name="CasesFile">The team's own cases.</param>
/// <param name="InboxFolder">Where accepted deliveries are kept until they are done; null for in memory only.</param>
/// <param name="FirstPause">Before a call is tried again; each further pause is twice as long.</param>
public sealed record GateSettings(
    Uri Hub, string Token, byte[] Key, string Stage, string Metric, bool LowerIsBetter, double Tolerance, string CasesFile, string? InboxFolder, TimeSpan FirstPause)
{
    private const string StandardPrefix = "whsec_";

    /// <exception cref="GateSettingsException">Names every setting that is missing or wrong.</exception>
    public static GateSettings Read(IConfiguration configuration)
    {
        var gate = configuration.GetSection("Gate");
        List<string> wrong = [];
        var hub = Needed("Hub", "the address of MlHub, such as http://127.0.0.1:5000/");
        var token = Needed("Token", "an access token of the bot's service account");
        var secret = Needed("Secret", "the secret of the webhook, which MlHub shows once");
        if (hub.Length > 0 && !(Uri.TryCreate(hub, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            wrong.Add("Gate:Hub must be an address that begins with http:// or https://.");
        }

        var key = KeyOf(secret);
        if (secret.Length > 0 && key.Length == 0)
        {
            wrong.Add("Gate:Secret begins with whsec_ but what follows is not base64.");
        }

        var lowerIsBetter = Parsed("LowerIsBetter", true, bool.TryParse);
        var tolerance = Parsed("Tolerance", 0.02, (string text, out double value) => IsNumber(text, out value) && value >= 0);
        var pause = Parsed("FirstPauseSeconds", 1.0, (string text, out double value) => IsNumber(text, out value) && value is >= 0 and < 60);
        return wrong.Count > 0 ? throw new GateSettingsException(wrong) : new(
            // Relative addresses keep a path such as https://host/mlhub only if it ends in a slash.
            new(hub.TrimEnd('/') + "/"), token, key, gate["Stage"] ?? "Production", gate["Metric"] ?? "val_rmse", lowerIsBetter, tolerance,
            gate["Cases"] ?? Path.Combine(AppContext.BaseDirectory, "gate.json"), gate["Inbox"] is { Length: > 0 } folder ? folder : null, TimeSpan.FromSeconds(pause));

        string Needed(string name, string meaning)
        {
            var value = gate[name]?.Trim() ?? "";
            if (value.Length == 0)
            {
                wrong.Add($"Gate:{name} is missing: {meaning}.");
            }

            return value;
        }

        T Parsed<T>(string name, T fallback, TryParse<T> parse)
        {
            if (gate[name] is not { Length: > 0 } text)
            {
                return fallback;
            }

            if (parse(text, out var value))
            {
                return value;
            }

            wrong.Add($"Gate:{name} cannot be '{text}'.");
            return fallback;
        }
    }

    /// <summary>The Standard Webhooks rule: base64 after the prefix. A secret without it is taken as it was typed, as MLflow does.</summary>
    internal static byte[] KeyOf(string secret)
    {
        if (!secret.StartsWith(StandardPrefix, StringComparison.Ordinal))
        {
            return Encoding.UTF8.GetBytes(secret);
        }

        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[StandardPrefix.Length..], key, out var length) ? key[..length] : [];
    }

    private static bool IsNumber(string text, out double value) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);

    private delegate bool TryParse<T>(string text, out T value);
}

/// <summary>The bot cannot start; the message names every reason.</summary>
public sealed class GateSettingsException(IReadOnlyList<string> wrong)
    : Exception(string.Join(Environment.NewLine, ["ModelGate cannot start.", .. wrong.Select(w => $"  {w}"), "Set them in the environment (Gate__Hub=…), in appsettings.json, or on the command line (--Gate:Hub=…)."]));
