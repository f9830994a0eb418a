using MlHub.Tracking;

namespace MlHub.LoggedModels;

/// <summary>What may be said of a logged model.</summary>
internal static class LoggedModelRules
{
    private const string IdPrefix = "m-";
    private const string NotInNames = "/:.%\"'";

    public static string NewId() => IdPrefix + Guid.NewGuid().ToString("N");

    /// <summary>Whether the text could be the id of a logged model of this hub.</summary>
    public static bool IsId(string? id) =>
        id is { Length: 34 } && id.StartsWith(IdPrefix, StringComparison.Ordinal) && id[IdPrefix.Length..].All(char.IsAsciiHexDigitLower);

    public static void CheckName(string name)
    {
        if (name.Any(c => NotInNames.Contains(c, StringComparison.Ordinal) || char.IsControl(c)))
        {
            throw HubException.Invalid(
                $"Invalid model name ('{LogRules.Shown(name)}') provided. Model name must be a non-empty string and cannot contain the following characters: / : . % \" '");
        }

        LogRules.CheckLength(name, Limits.LoggedModelName, "name");
    }

    public static void CheckParams(IReadOnlyList<KeyValuePair<string, string>> values) => CheckPairs(values, "params", Limits.ParamValue);

    public static void CheckTags(IReadOnlyList<KeyValuePair<string, string>> values) => CheckPairs(values, "tags", Limits.TagValue);

    /// <summary>The ids that a run names as its inputs or outputs, which may be those of another server.</summary>
    public static void CheckLinks(IReadOnlyList<RunModelLink> links)
    {
        LogRules.CheckCount(links.Count, "models");
        if (links.FirstOrDefault(l => l.ModelId.Length is 0 or > Limits.LoggedModelId || !l.ModelId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) is { } bad)
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(bad.ModelId)}\" for parameter 'model_id' supplied: It is no id of a logged model.");
        }
    }

    private static void CheckPairs(IReadOnlyList<KeyValuePair<string, string>> values, string list, int limit)
    {
        LogRules.CheckCount(values.Count, list);
        for (var i = 0; i < values.Count; i++)
        {
            LogRules.CheckKey(values[i].Key, $"{list}[{i}].key");
            LogRules.CheckLength(values[i].Value, limit, $"{list}[{i}].value");
        }
    }
}
