using MlHub.Protocol.Reviews;
using MlHub.Reviews;
using MlHub.Web.Api;
using MlHub.Web.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>Databricks' comments/*, and their list.</summary>
public sealed class CommentEndpoints(Comments comments)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<CreateCommentRequest, CommentResponse>("/comments/create", Scopes.RegistryWrite, CreateAsync);
        api.Patch<UpdateCommentRequest, CommentResponse>("/comments/update", Scopes.RegistryWrite, UpdateAsync);
        api.Delete<CommentIdRequest, Empty>("/comments/delete", Scopes.RegistryWrite, DeleteAsync);
        api.Get<ReviewedVersionRequest, CommentsResponse>("/comments/list", Scopes.RegistryRead, ListAsync);
    }

    private async Task<CommentResponse> CreateAsync(CreateCommentRequest request, ApiCall call) => new((await comments.CreateAsync(
        call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), Needed.Text(request.Comment, "comment"), request.ParentId, call.Cancel)).ToMessage());

    private async Task<CommentResponse> UpdateAsync(UpdateCommentRequest request, ApiCall call) =>
        new((await comments.UpdateAsync(call.Caller, Needed.Text(request.Id, "id"), Needed.Text(request.Comment, "comment"), call.Cancel)).ToMessage());

    private async Task<Empty> DeleteAsync(CommentIdRequest request, ApiCall call)
    {
        await comments.DeleteAsync(call.Caller, Needed.Text(request.Id, "id"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<CommentsResponse> ListAsync(ReviewedVersionRequest request, ApiCall call)
    {
        var found = await comments.ListAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel);
        return new(found.Select(c => c.ToMessage()).ToList().OrNull());
    }
}
