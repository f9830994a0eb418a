using MlHub.Events;
using MlHub.Reviews;

namespace MlHub.Web.Reviews;

/// <summary>A line of the timeline as people read it: an event, a thread of comments, or checks that were reported together.</summary>
public abstract record TimelineItem(long Id)
{
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(2);

    /// <summary>From events, newest first. A reply belongs to its thread and is no line of its own.</summary>
    public static List<TimelineItem> Arrange(IReadOnlyList<TimelineEntry> newestFirst, IReadOnlyList<CommentDetails> comments)
    {
        var roots = comments.Where(c => c.ParentId is null).ToDictionary(c => c.Comment.Id);
        var replies = comments.Where(c => c.ParentId is not null).ToLookup(c => c.ParentId!);
        List<TimelineItem> items = [];
        for (var i = 0; i < newestFirst.Count; i++)
        {
            var entry = newestFirst[i];
            if (entry.Kind == EventKinds.CommentCreated)
            {
                if (entry.Comment is { } comment && roots.TryGetValue(comment.Id, out var root))
                {
                    items.Add(new ThreadItem(entry.Id, root, [.. replies[comment.Id]]));
                }
            }
            else if (entry.Kind == EventKinds.CheckReported)
            {
                var run = newestFirst.Skip(i).TakeWhile(e => e.Kind == EventKinds.CheckReported && e.Actor == entry.Actor && entry.At - e.At < Together).ToList();
                items.Add(run.Count == 1 ? new EventItem(entry) : new CheckRunItem(run));
                i += run.Count - 1;
            }
            else
            {
                items.Add(new EventItem(entry));
            }
        }

        return items;
    }
}

/// <summary>One event.</summary>
public sealed record EventItem(TimelineEntry Entry) : TimelineItem(Entry.Id);

/// <summary>A comment and the answers to it, oldest first.</summary>
public sealed record ThreadItem(long EventId, CommentDetails Root, IReadOnlyList<CommentDetails> Replies) : TimelineItem(EventId);

/// <summary>Reports of one reporter that came together, newest first.</summary>
public sealed record CheckRunItem(IReadOnlyList<TimelineEntry> Entries) : TimelineItem(Entries[0].Id);
