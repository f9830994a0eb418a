using System.Globalization;
using System.Text.RegularExpressions;
using MlHub.Registry;

namespace MlHub.Web.Registry;

/// <summary>What the list of models shows, as its address says it: a shared link shows the same.</summary>
public sealed partial record ModelsQuery
{
    public const int PageSize = 50;

    /// <summary>Parts of a name, or a filter of the search language.</summary>
    public string? Search { get; init; }

    /// <summary>Only models that have a version in this stage.</summary>
    public Stage? Stage { get; init; }
    public string? Owner { get; init; }

    /// <summary><c>key</c> or <c>key=value</c>.</summary>
    public string? Tag { get; init; }

    /// <summary>Only models with a request that the reader may decide.</summary>
    public bool Awaiting { get; init; }

    /// <summary>The instant to look at, in milliseconds since 1970; null for now.</summary>
    public long? AsOf { get; init; }
    public string? PageToken { get; init; }
    public int Page { get; init; } = 1;

    public bool IsNarrowed => Search is not null || Stage is not null || Owner is not null || Tag is not null || Awaiting;

    public static ModelsQuery Of(string? search, string? stage, string? owner, string? tag, string? view, long? asOf, string? pageToken, int? page) => new()
    {
        Search = Text(search),
        Stage = Text(stage) is { } name ? Stages.ParseOrNull(name) : null,
        Owner = Text(owner),
        Tag = Text(tag),
        Awaiting = view == "awaiting",
        AsOf = asOf,
        PageToken = Text(pageToken),
        Page = string.IsNullOrEmpty(pageToken) ? 1 : Math.Max(2, page ?? 2),
    };

    public IEnumerable<(string Name, string? Value)> ToPairs() =>
    [
        ("search", Search), ("stage", Stage?.ToString().ToLowerInvariant()), ("owner", Owner), ("tag", Tag), ("view", Awaiting ? "awaiting" : null),
        ("as_of", AsOf?.ToString(CultureInfo.InvariantCulture)),
        ("page_token", PageToken), ("page", PageToken is null ? null : Page.ToString(CultureInfo.InvariantCulture)),
    ];

    public ModelsQuery FirstPage() => this with { PageToken = null, Page = 1 };

    public ModelsQuery NextPage(string token) => this with { PageToken = token, Page = Page + 1 };

    /// <summary>In the search language, which has the last word on what is valid; null for no filter.</summary>
    public string? ToFilter(IReadOnlyList<string> awaitingModels)
    {
        List<string> parts = [];
        if (Search is { } search)
        {
            parts.AddRange(IsFilter(search) ? [$"({search})"] : search.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => $"name ILIKE {Quoted($"%{part}%")}"));
        }

        if (Stage is { } stage)
        {
            parts.Add($"stage = '{stage}'");
        }

        if (Owner is { } owner)
        {
            parts.Add($"creator = {Quoted(owner)}");
        }

        if (Tag is { } tag)
        {
            var key = $"tags.`{tag.Split('=')[0].Replace("`", "``", StringComparison.Ordinal)}`";
            parts.Add(tag.Contains('=', StringComparison.Ordinal) ? $"{key} = {Quoted(tag[(tag.IndexOf('=', StringComparison.Ordinal) + 1)..])}" : $"{key} IS NOT NULL");
        }

        if (Awaiting)
        {
            parts.Add(awaitingModels.Count == 0 ? "name = ''" : $"name IN ({string.Join(", ", awaitingModels.Select(Quoted))})");
        }

        return parts.Count == 0 ? null : string.Join(" AND ", parts);
    }

    /// <summary>Whether it is written in the search language rather than parts of a name.</summary>
    public static bool IsFilter(string search) => Comparison().IsMatch(search);

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    [GeneratedRegex(@"[=<>]|\b(i?like|in|is|between)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Comparison();
}
