using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Compare;
using MlHub.Tracking;
using MlHub.Web.Artifacts;
using MlHub.Web.Shell;

namespace MlHub.Web.Compare;

/// <summary>Which artifacts of runs differ, and of a chosen one how: pictures beside each other, texts line by line.</summary>
public partial class CompareFilesPage
{
    private IReadOnlyList<string> _runs = [];
    private IReadOnlyList<RunDetails> _details = [];
    private FileComparison? _comparison;
    private ComparedRow<ComparedFile>? _file;
    private (string From, string To)? _pair;
    private object? _shown;
    private string? _refusal;

    [Inject]
    public required FileComparisons Comparisons { get; init; }

    [Inject]
    public required RunSearches Searches { get; init; }

    [Inject]
    public required MlHub.Artifacts.Artifacts Artifacts { get; init; }

    /// <summary>The runs as <see cref="RunList"/> writes them.</summary>
    [SupplyParameterFromQuery]
    public string? Runs { get; set; }

    [SupplyParameterFromQuery]
    public string? Path { get; set; }

    /// <summary>Of which runs the text is compared.</summary>
    [SupplyParameterFromQuery]
    public string? From { get; set; }

    [SupplyParameterFromQuery]
    public string? To { get; set; }

    /// <summary>Also what is the same in all runs.</summary>
    [SupplyParameterFromQuery]
    public bool All { get; set; }

    private IEnumerable<ComparedRow<ComparedFile>> Listed => _comparison!.Files.Where(f => All || f.Differs);

    protected override async Task OnParametersSetAsync() => _refusal = await TryAsync(LoadAsync);

    private async Task LoadAsync(Caller caller)
    {
        _runs = RunList.Read(Runs);
        _comparison = await Comparisons.CompareAsync(caller, _runs, Cancel);
        _details = await Task.WhenAll(_runs.Select(async id => (await Searches.GetAsync(caller, id, Cancel)).Details));
        _file = _comparison.Files.FirstOrDefault(f => f.Key == Path);
        if (_file is { } file)
        {
            _shown = await ShowAsync(caller, file);
        }
    }

    private async Task<object> ShowAsync(Caller caller, ComparedRow<ComparedFile> file)
    {
        var having = Having(file).ToList();
        if (ArtifactPreview.IsPicture(file.Key))
        {
            return new ShownPictures([.. having.Select(id => (id, HubUrls.ArtifactBytes(id, file.Key)))]);
        }

        if (having.Count < 2)
        {
            return new ShownWords($"Only {NameOf(having[0])} has this file.");
        }

        var from = having.Contains(From!) ? From! : having[0];
        _pair = (from, having.Contains(To!) && To != from ? To! : having.First(id => id != from));
        var (old, @new) = (await TextOrNullAsync(caller, from, file.Key), await TextOrNullAsync(caller, _pair.Value.To, file.Key));
        return (old, @new) is ({ } before, { } after) && TextDiff.OfOrNull(before, after) is { } lines
            ? lines.Count > 0 ? new ShownDiff(lines) : new ShownWords("The same, line by line.")
            : new ShownWords("These files are no texts, or too long to be compared here.");
    }

    private async Task<string?> TextOrNullAsync(Caller caller, string runId, string path)
    {
        var opened = await Artifacts.OpenAsync(caller, runId, ArtifactPath.ParseFile(path), Cancel);
        await using (opened.Content)
        {
            var (text, isWhole) = await ArtifactText.ReadOrNullAsync(opened.Content, Cancel);
            return isWhole ? text : null;
        }
    }

    private IEnumerable<string> Having(ComparedRow<ComparedFile> file) => _runs.Distinct().Where((_, i) => file.Values[i] is not null);

    private string NameOf(string runId) => _details.First(d => d.Run.RunId == runId).Run.Name;

    private RenderFragment Options(ComparedRow<ComparedFile> file, string chosen) => builder =>
    {
        foreach (var id in Having(file))
        {
            builder.OpenElement(0, "option");
            builder.AddAttribute(1, "value", id);
            builder.AddAttribute(2, "selected", id == chosen);
            builder.AddContent(3, NameOf(id));
            builder.CloseElement();
        }
    };

    private sealed record ShownPictures(IReadOnlyList<(string Run, string Url)> Urls);

    private sealed record ShownDiff(IReadOnlyList<DiffLine> Lines);

    private sealed record ShownWords(string Text);
}
