using System.Text.RegularExpressions;
using MlHub.Serving;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>What names, aliases, tags and texts of the registry may be, in MLflow's words where it has some.</summary>
internal static partial class RegistryRules
{
    /// <summary>A name has one spelling only: it stands in addresses (<c>models:/NAME/1</c>), and two that look the same must be the same.</summary>
    public static void CheckModelName(string name, string parameter = "name")
    {
        LogRules.CheckLength(name, Limits.ModelName, parameter);
        var problem = name switch
        {
            _ when string.IsNullOrWhiteSpace(name) => "Registered model name cannot be empty.",
            _ when name.Any(char.IsControl) => "a model's name must not hold control characters.",
            _ when name.AsSpan().IndexOfAny("/:%\\") >= 0 => "a model's name must not hold '/', ':', '%' or '\\'.",
            _ when name.Trim() != name || name.EndsWith('.') => "a model's name neither begins nor ends with a space, nor ends with a full stop.",
            _ when name.Any(c => c is (>= '\u0300' and <= '\u036F') or '\uFFFD' or '\uFEFF' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E')) =>
                "a model's name must not hold combining or invisible characters.",
            _ => null,
        };
        if (problem is not null)
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(name)}\" for parameter '{parameter}' supplied: {problem}");
        }
    }

    public static void CheckTag(string key, string value)
    {
        LogRules.CheckKey(key, "key");
        LogRules.CheckLength(value, Limits.RegistryTagValue, "value");
    }

    public static void CheckTags(IReadOnlyCollection<KeyValuePair<string, string>> tags)
    {
        LogRules.CheckCount(tags.Count, "tags");
        foreach (var tag in tags)
        {
            CheckTag(tag.Key, tag.Value);
        }
    }

    /// <summary>A tag that says what MlHub does with a model is set by the call that makes it do so.</summary>
    public static void CheckOwnTags(IEnumerable<string> keys)
    {
        if (keys.Contains(ServedModels.Tag))
        {
            throw HubException.Invalid($"The tag '{ServedModels.Tag}' is MlHub's own. Use mlhub/serving/enable and mlhub/serving/disable.");
        }
    }

    public static void CheckDescription(string? text) => LogRules.CheckLength(text ?? "", Limits.Description, "description");

    /// <summary>An id of this or another server: it is compared and shown, never opened.</summary>
    public static void CheckId(string? id, string parameter)
    {
        LogRules.CheckLength(id ?? "", Limits.RunId, parameter);
        if (id?.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') == false)
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(id)}\" for parameter '{parameter}' supplied: an id is made of letters, digits, '_' and '-'.");
        }
    }

    /// <summary>What people will click on: a web address or nothing.</summary>
    public static void CheckLink(string? link, int limit, string parameter)
    {
        LogRules.CheckLength(link ?? "", limit, parameter);
        if (!string.IsNullOrEmpty(link) && !(Uri.TryCreate(link, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") && !link.Any(char.IsControl)))
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(link)}\" for parameter '{parameter}' supplied: a link begins with http:// or https://.");
        }
    }

    public static void CheckAlias(string alias)
    {
        LogRules.CheckLength(alias, Limits.Alias, "alias");
        var problem = alias switch
        {
            "" => "Registered model alias name cannot be empty.",
            _ when !AllowedAlias().IsMatch(alias) => $"Invalid alias name: '{LogRules.Shown(alias)}'. Names may only contain alphanumerics, underscores (_) and dashes (-).",
            _ when alias.Equals("latest", StringComparison.OrdinalIgnoreCase) => "'latest' alias name (case insensitive) is reserved.",
            _ when VersionAlias().IsMatch(alias) => $"Version alias name '{LogRules.Shown(alias)}' is reserved.",
            _ => null,
        };
        if (problem is not null)
        {
            throw HubException.Invalid(problem);
        }
    }

    [GeneratedRegex(@"^[\w-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex AllowedAlias();

    [GeneratedRegex(@"^[vV]\d+\z", RegexOptions.CultureInvariant)]
    private static partial Regex VersionAlias();
}
