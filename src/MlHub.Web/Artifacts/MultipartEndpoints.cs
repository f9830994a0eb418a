using MlHub.Artifacts;
using MlHub.Protocol.Artifacts;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Tracking;

namespace MlHub.Web.Artifacts;

/// <summary>
/// MLflow's mpu/*: a client asks for an address for each part of a large file, sends the parts there side by side, and has them joined.
/// The folder is in the call's address, the file's name in its body.
/// </summary>
public sealed class MultipartEndpoints(MultipartUploads uploads, ArtifactPlaces places, SignedLinks links)
{
    public void Map(MlflowRoutes proxy, MlflowRoutes hub)
    {
        proxy.Raw("POST", "/mpu/create/{**path}", Scopes.ArtifactsWrite, CreateAsync);
        proxy.Raw("POST", "/mpu/complete/{**path}", Scopes.ArtifactsWrite, CompleteAsync);
        proxy.Raw("POST", "/mpu/abort/{**path}", Scopes.ArtifactsWrite, AbortAsync);
        hub.Raw("GET", "/uploads/get", Scopes.ArtifactsWrite, GetAsync);
    }

    private async Task CreateAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<CreateUploadRequest>(context));
        var target = TargetOf(context, "create", request.Path);
        var upload = await uploads.CreateAsync(call.Caller, places.Of(target), target.Path, target.Address, request.NumParts ?? 1, call.Cancel);
        await MlflowBody.WriteAsync(context, new CreateUploadResponse(upload.Id, [.. Enumerable.Range(1, upload.Parts).Select(n => Credential(context, upload, n))]));
    }

    private async Task CompleteAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<CompleteUploadRequest>(context));
        var target = await OwnAsync(context, "complete", request.Path, request.UploadId);
        var parts = (request.Parts ?? []).Select(p => Needed.Entry(p, "parts")).Select(p => new SentPart((int)Math.Clamp(p.PartNumber ?? 0, 0, int.MaxValue), p.Etag)).ToList();
        await uploads.CompleteAsync(call.Caller, request.UploadId!, places.Of(target), target.Path, parts, call.Cancel);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private async Task AbortAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<AbortUploadRequest>(context));
        await OwnAsync(context, "abort", request.Path, request.UploadId);
        await uploads.AbortAsync(call.Caller, request.UploadId!, call.Cancel);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    /// <summary>What is stored of an upload, and addresses for what is not: MLflow has no call to go on after a broken connection.</summary>
    private async Task GetAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<GetUploadRequest>(context));
        var upload = await uploads.FindAsync(call.Caller, Needed.Text(request.UploadId, "upload_id"), call.Cancel);
        var parts = await uploads.PartsAsync(call.Caller, upload.Id, call.Cancel);
        var missing = upload.EndedAt is null ? Enumerable.Range(1, upload.Parts).Except(parts.Select(p => p.Number)) : [];
        await MlflowBody.WriteAsync(
            context,
            new GetUploadResponse(
                upload.Id, upload.Digest is not null ? "COMPLETED" : upload.EndedAt is not null ? "ABORTED" : "OPEN",
                parts.Select(p => new StoredPartMessage(p.Number, $"\"{p.Digest}\"", p.Size)).ToList().OrNull(),
                missing.Select(n => Credential(context, upload, n)).ToList().OrNull()));
    }

    private PartCredentialMessage Credential(HttpContext context, MultipartUpload upload, int part) =>
        new(links.Make(context, new(LinkUse.Part, upload.AccountId ?? Guid.Empty, upload.Id, part), MultipartUploads.Life), part, []);

    /// <summary>The target, which must be the one that the caller's upload was begun for.</summary>
    private async Task<ProxiedPath> OwnAsync(HttpContext context, string verb, string? file, string? uploadId)
    {
        var target = TargetOf(context, verb, file);
        var upload = await uploads.FindAsync(context.AsCall().Caller, Needed.Text(uploadId, "upload_id"), context.RequestAborted);
        return upload.Target == target.Address ? target : throw MultipartUploads.Absent();
    }

    /// <summary>Clients send the file as it lies on their own machine, which may be one with other slashes.</summary>
    private static ProxiedPath TargetOf(HttpContext context, string verb, string? file)
    {
        var folder = SentPath.Of(context, $"/mlflow-artifacts/mpu/{verb}/").TrimEnd('/');
        var name = Needed.Text(file, "path");
        return ProxiedPath.ParseFile($"{folder}/{name[(name.LastIndexOfAny(['/', '\\']) + 1)..]}");
    }
}
