using System.Globalization;
using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Shell;

namespace MlHub.Web.Reviews;

/// <summary>Everything that happened to a version, newest first, with what people say to each other.</summary>
public partial class VersionActivity
{
    private const int PageSize = 100;

    private List<TimelineItem> _items = [];
    private int _pages = 1;
    private bool _hasMore;
    private string _text = "";

    [Inject]
    public required Timelines Timelines { get; init; }

    [Inject]
    public required Comments Comments { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public int Number { get; set; }

    /// <summary>The past up to this instant, in milliseconds since 1970, as it was.</summary>
    [Parameter]
    public long? AsOf { get; set; }

    private bool ReadOnly => AsOf is not null;

    private VersionKey Key => new(Name, Number);

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var comments = (await Comments.ListAsync(caller, Key, CancellationToken.None)).Where(c => IsShown(c.Comment.CreatedAt))
            .Select(c => ReadOnly ? c with { CanEdit = false, CanDelete = false } : c).ToList();
        List<TimelineEntry> entries = [];
        string? next = null;
        for (var page = 0; page < _pages && (page == 0 || next is not null); page++)
        {
            var read = await Timelines.ReadAsync(caller, Key, PageSize, next, CancellationToken.None);
            entries.AddRange(read.Items);
            next = read.NextPageToken;
        }

        _hasMore = next is not null;
        _items = TimelineItem.Arrange([.. entries.Where(e => IsShown(e.At))], comments);
    }

    private bool IsShown(DateTimeOffset at) => AsOf is null || at.ToUnixTimeMilliseconds() <= AsOf;

    private string Link(long id) => HubUrls.VersionActivity(Name, Number, "event-" + id.ToString(CultureInfo.InvariantCulture));

    private async Task CommentAsync(string text)
    {
        await Comments.CreateAsync(await CallerAsync(), Key, text, null, CancellationToken.None);
        _text = "";
        await TryLoadAsync();
    }

    private Task ShowOlderAsync()
    {
        _pages++;
        return TryLoadAsync();
    }
}
