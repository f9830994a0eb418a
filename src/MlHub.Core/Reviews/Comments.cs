using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>A comment and what its viewer may do with it. A reply whose thread is gone stands by itself: it has no <paramref name="ParentId"/>.</summary>
public sealed record CommentDetails(Comment Comment, string? ParentId, bool CanEdit, bool CanDelete);

/// <summary>What people write about versions.</summary>
public sealed class Comments(HubDbFactory hub, TimeProvider clock)
{
    public Task<Comment> CreateAsync(Caller caller, VersionKey key, string text, string? parentId, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub} {clock}");

    public Task<Comment> UpdateAsync(Caller caller, string id, string text, CancellationToken cancel) => throw new NotImplementedException();

    public Task DeleteAsync(Caller caller, string id, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Oldest first.</summary>
    public Task<List<CommentDetails>> ListAsync(Caller caller, VersionKey key, CancellationToken cancel) => throw new NotImplementedException();
}
