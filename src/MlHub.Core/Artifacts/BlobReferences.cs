using MlHub.Tracking;

namespace MlHub.Artifacts;

/// <summary>Every row that points at stored bytes. What is not told here is swept away: a new table of files needs a line in each query.</summary>
public static class BlobReferences
{
    /// <summary>All digests that are needed, some more than once. One statement, so that a row that is copied and then deleted is always seen.</summary>
    public static IQueryable<string> ReferencedDigests(this HubDb db) =>
        db.ArtifactFiles.Select(f => f.Digest)
            .Concat(db.AccountFiles.Select(f => f.Digest))
            .Concat(db.LoggedModelFiles.Select(f => f.Digest))
            .Concat(db.ModelVersionFiles.Select(f => f.Digest))
            .Concat(db.BatchParts.Select(p => p.Digest));

    /// <summary>The sizes of all that counts towards an experiment's quota, in bytes, with the parts of its uploads under way.</summary>
    public static IQueryable<long> SizesOf(this HubDb db, long experimentId) =>
        db.ArtifactFiles.Where(f => db.Runs.Any(r => r.Key == f.RunKey && r.ExperimentId == experimentId)).Select(f => f.Size)
            .Concat(db.LoggedModelFiles.Where(f => db.LoggedModels.Any(m => m.Key == f.LoggedModelKey && m.ExperimentId == experimentId)).Select(f => f.Size))
            .Concat(db.UploadParts.Where(p => db.MultipartUploads.Any(u => u.Id == p.UploadId && u.ExperimentId == experimentId)).Select(p => p.Size));
}
