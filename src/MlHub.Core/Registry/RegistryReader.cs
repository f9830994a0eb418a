using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.LoggedModels;
using MlHub.Reviews;
using MlHub.Tracking.Search;

namespace MlHub.Registry;

/// <summary>
/// Reads models and versions with all that belongs to them, many at once and not through EF Core, whose entities would cost more
/// than the reading. Whoever calls has asked for the right to read them.
/// </summary>
internal static class RegistryReader
{
    /// <summary>Databases dislike longer lists.</summary>
    private const int IdsPerCommand = 1000;

    private const string ModelColumns = "id, public_id, name, description, created_by, created_at, updated_at, last_version";

    private const string VersionColumns =
        """
        v.id, v.model_id, v.number, v.stage, v.stage_changed_at, v.description, v.created_by, v.created_at, v.updated_at, v.source,
        v.run_id, v.run_link, v.logged_model_id, v.source_run_key, v.source_path, v.source_version_id, v.status, v.status_message, v.digest, v.logged_model_key
        """;

    /// <summary>The models in the order of their ids; one that is gone is left out.</summary>
    public static async Task<List<ModelDetails>> ModelsAsync(HubDb db, ModelReach reach, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        List<ModelDetails> details = new(ids.Count);
        foreach (var chunk in ids.Chunk(IdsPerCommand))
        {
            var models = await ModelRowsAsync(db, chunk, cancel);
            await PairsAsync(db, "registered_model_tags", "model_id", chunk, (id, key, value) => models[id].Tags.Add(new() { ModelId = id, Key = key, Value = value }), models.ContainsKey, cancel);
            List<ModelVersion> newest = new(chunk.Length);
            await ReadAsync(
                db,
                $"SELECT {VersionColumns} FROM (SELECT model_id, stage, MAX(number) AS number FROM model_versions WHERE ", "model_id", chunk,
                " GROUP BY model_id, stage) n JOIN model_versions v ON v.model_id = n.model_id AND v.number = n.number ORDER BY v.model_id, v.stage",
                row => newest.Add(Version(row)), cancel);
            var byModel = (await DetailsAsync(db, reach, newest, models, cancel)).ToLookup(v => v.Model.Id);
            details.AddRange(chunk.Where(models.ContainsKey).Select(id => new ModelDetails(models[id], reach.On(id), [.. byModel[id]])));
        }

        return details;
    }

    /// <summary>The versions in the order of their ids; one that is gone is left out.</summary>
    public static async Task<List<VersionDetails>> VersionsAsync(HubDb db, ModelReach reach, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        List<VersionDetails> details = new(ids.Count);
        foreach (var chunk in ids.Chunk(IdsPerCommand))
        {
            Dictionary<long, ModelVersion> versions = new(chunk.Length);
            await ReadAsync(db, $"SELECT {VersionColumns} FROM model_versions v WHERE ", "v.id", chunk, "", row => versions.Add(row.GetInt64(0), Version(row)), cancel);
            var models = await ModelRowsAsync(db, [.. versions.Values.Select(v => v.ModelId).Distinct()], cancel);
            details.AddRange(await DetailsAsync(db, reach, [.. chunk.Where(versions.ContainsKey).Select(id => versions[id])], models, cancel));
        }

        return details;
    }

    /// <summary>One model that was found already.</summary>
    public static async Task<ModelDetails> ModelAsync(HubDb db, FoundModel found, CancellationToken cancel) =>
        (await ModelsAsync(db, ModelReach.Of(found), [found.Model.Id], cancel)).Single();

    /// <summary>One version that was found already.</summary>
    public static async Task<VersionDetails> VersionAsync(HubDb db, FoundVersion found, CancellationToken cancel)
    {
        var version = (await VersionsAsync(db, ModelReach.Of(new(found.Model, found.Permission)), [found.Version.Id], cancel)).Single();
        return version.Version.LoggedModelKey is not { } key
            ? version
            : version with
            {
                LoggedModel = await db.LoggedModels.AsNoTracking().Include(m => m.Params).SingleAsync(m => m.Key == key, cancel),
                LoggedModelMetrics = await LoggedModelReader.MetricsAsync(db, [key], cancel),
            };
    }

    private static async Task<IEnumerable<VersionDetails>> DetailsAsync(
        HubDb db, ModelReach reach, List<ModelVersion> versions, Dictionary<long, RegisteredModel> models, CancellationToken cancel)
    {
        var ids = versions.ConvertAll(v => v.Id);
        var byId = versions.ToDictionary(v => v.Id);
        await PairsAsync(db, "model_version_tags", "version_id", ids, (id, key, value) => byId[id].Tags.Add(new() { VersionId = id, Key = key, Value = value }), byId.ContainsKey, cancel);
        HashSet<long> awaiting = [];
        await ReadAsync(db, $"SELECT version_id FROM transition_requests WHERE state = {(short)RequestState.Open} AND ", "version_id", ids, "", row => awaiting.Add(row.GetInt64(0)), cancel);
        return versions.Where(v => models.ContainsKey(v.ModelId)).Select(v => new VersionDetails(
            models[v.ModelId], v, [.. models[v.ModelId].Aliases.Where(a => a.Version == v.Number).Select(a => a.Alias).Order(StringComparer.Ordinal)], reach.On(v.ModelId))
        {
            AwaitsDecision = awaiting.Contains(v.Id),
        });
    }

    /// <summary>The models with their aliases.</summary>
    private static async Task<Dictionary<long, RegisteredModel>> ModelRowsAsync(HubDb db, long[] ids, CancellationToken cancel)
    {
        Dictionary<long, RegisteredModel> models = new(ids.Length);
        await ReadAsync(db, $"SELECT {ModelColumns} FROM registered_models WHERE ", "id", ids, "", row => models.Add(row.GetInt64(0), Model(row)), cancel);
        await ReadAsync(
            db, "SELECT model_id, alias, version FROM model_aliases WHERE ", "model_id", ids, "",
            row =>
            {
                if (models.TryGetValue(row.GetInt64(0), out var model))
                {
                    model.Aliases.Add(new() { ModelId = model.Id, Alias = row.GetString(1), Version = row.GetInt32(2) });
                }
            },
            cancel);
        return models;
    }

    private static Task PairsAsync(
        HubDb db, string table, string owner, IReadOnlyList<long> ids, Action<long, string, string> add, Func<long, bool> isKnown, CancellationToken cancel) =>
        ReadAsync(
            db, $"SELECT {owner}, tag_key, value FROM {table} WHERE ", owner, ids, "",
            row =>
            {
                // Another may have deleted the owner between two readings.
                if (isKnown(row.GetInt64(0)))
                {
                    add(row.GetInt64(0), row.GetString(1), row.GetString(2));
                }
            },
            cancel);

    private static async Task ReadAsync(
        HubDb db, string select, string column, IReadOnlyList<long> ids, string rest, Action<SqlRows> row, CancellationToken cancel)
    {
        if (ids.Count > 0)
        {
            await new SqlStatement(SqlDialect.Of(db)).Add(select).AddIn(column, ids).Add(rest).ReadAsync(db, row, cancel);
        }
    }

    private static RegisteredModel Model(SqlRows row) => new()
    {
        Id = row.GetInt64(0),
        PublicId = row.GetString(1),
        Name = row.GetString(2),
        NormalizedName = row.GetString(2).ToUpperInvariant(),
        Description = row.GetString(3),
        CreatedBy = row.GetString(4),
        CreatedAt = At(row.GetInt64(5)),
        UpdatedAt = At(row.GetInt64(6)),
        LastVersion = row.GetInt32(7),
    };

    private static ModelVersion Version(SqlRows row)
    {
        var version = new ModelVersion
        {
            Id = row.GetInt64(0),
            ModelId = row.GetInt64(1),
            Number = row.GetInt32(2),
            Description = row.GetString(5),
            CreatedBy = row.GetString(6),
            CreatedAt = At(row.GetInt64(7)),
            UpdatedAt = At(row.GetInt64(8)),
            Source = row.GetString(9),
            RunId = TextOrNull(row, 10),
            RunLink = TextOrNull(row, 11),
            LoggedModelId = TextOrNull(row, 12),
            SourceRunKey = row.IsDBNull(13) ? null : row.GetInt64(13),
            SourcePath = TextOrNull(row, 14),
            SourceVersionId = row.IsDBNull(15) ? null : row.GetInt64(15),
            Status = (VersionStatus)row.GetInt16(16),
            StatusMessage = row.GetString(17),
            Digest = TextOrNull(row, 18),
            LoggedModelKey = row.IsDBNull(19) ? null : row.GetInt64(19),
        };
        if (!row.IsDBNull(4))
        {
            // A move is the only way into a stage; that it was no change just now is said after it.
            version.MoveTo((Stage)row.GetInt16(3), At(row.GetInt64(4)));
            version.UpdatedAt = At(row.GetInt64(8));
        }

        return version;
    }

    private static string? TextOrNull(SqlRows row, int at) => row.IsDBNull(at) ? null : row.GetString(at);

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
