namespace PriceSite;

/// <summary>What the site has to be told; each is <c>Price:NAME</c> in appsettings.json, <c>Price__NAME</c> in the environment, <c>--Price:NAME=VALUE</c> on the command line.</summary>
/// <param name="Hub">Where MlHub is.</param>
/// <param name="Token">Of the site's service account, with the scope ServingInvoke.</param>
/// <param name="Model">The registered model that knows prices.</param>
/// <param name="Stage">Whose version is asked.</param>
public sealed record SiteSettings(Uri Hub, string Token, string Model, string Stage)
{
    /// <exception cref="SiteSettingsException">Names every setting that is missing or wrong.</exception>
    public static SiteSettings Read(IConfiguration configuration)
    {
        var price = configuration.GetSection("Price");
        List<string> wrong = [];
        var (hub, token) = (price["Hub"]?.Trim() ?? "", price["Token"]?.Trim() ?? "");
        if (!(Uri.TryCreate(hub, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            wrong.Add("Price:Hub must be the address of MlHub, such as http://127.0.0.1:5000/.");
        }

        if (token.Length == 0 || token.Any(c => char.IsControl(c) || c > '~'))
        {
            wrong.Add("Price:Token must be an access token of the site's service account.");
        }

        // Relative addresses keep a path such as https://host/mlhub only if it ends in a slash.
        return wrong.Count > 0 ? throw new SiteSettingsException(wrong) : new(
            new(hub.TrimEnd('/') + "/"), token, price["Model"] ?? "sacramento-house-prices", price["Stage"] ?? "Production");
    }
}

/// <summary>The site cannot start; the message names every reason.</summary>
public sealed class SiteSettingsException(IReadOnlyList<string> wrong)
    : Exception(string.Join(Environment.NewLine, ["PriceSite cannot start.", .. wrong.Select(w => $"  {w}"), "Set them in the environment (Price__Hub=…), in appsettings.json, or on the command line (--Price:Hub=…)."]));
