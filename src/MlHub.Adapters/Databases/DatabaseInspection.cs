using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using MlHub.Operations;

namespace MlHub.Adapters.Databases;

/// <summary>Whether a database is as this build wants it; each answer is a <see cref="Finding"/>.</summary>
public static class DatabaseInspection
{
    private const int MostNamed = 5;

    public static async Task<Finding> SchemaAsync(HubDb db, CancellationToken cancel)
    {
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancel)).ToList();
        var known = db.Database.GetMigrations().ToList();
        return applied.Except(known).FirstOrDefault() is { } newer ? Finding.Error("schema", $"A newer MlHub changed the database (migration {newer}).")
            : known.Except(applied).FirstOrDefault() is { } pending ? Finding.Warning("schema", $"The next start upgrades the database (migration {pending}).")
            : Finding.Ok("schema", $"up to date, {known[^1]}");
    }

    public static async Task<Finding> IndexesAsync(HubDb db, CancellationToken cancel)
    {
        var there = await NamesAsync(
            db,
            db.Database.IsSqlite() ? "SELECT name FROM sqlite_master WHERE type = 'index'"
            : db.Database.IsNpgsql() ? "SELECT indexname FROM pg_indexes"
            : "SELECT name FROM sys.indexes WHERE name IS NOT NULL",
            cancel);
        var wanted = db.Model.GetRelationalModel().Tables.SelectMany(t => t.Indexes).Select(i => i.Name).ToList();
        return Compare("indexes", wanted, there, "index");
    }

    /// <summary>The triggers without which the event log could be altered.</summary>
    public static async Task<Finding> TriggersAsync(HubDb db, CancellationToken cancel)
    {
        if (!db.Database.IsSqlite())
        {
            return Finding.Ok("triggers", "looked after by the migrations of the server");
        }

        var there = await NamesAsync(db, "SELECT name FROM sqlite_master WHERE type = 'trigger'", cancel);
        return Compare("triggers", ["events_no_update", "events_no_delete", "event_links_no_update", "event_links_no_delete"], there, "trigger");
    }

    public static async Task<Finding> IntegrityAsync(HubDb db, CancellationToken cancel)
    {
        if (!db.Database.IsSqlite())
        {
            return Finding.Ok("integrity", "the server looks after its own files");
        }

        var found = await NamesAsync(db, "PRAGMA integrity_check(20)", cancel);
        return found is ["ok"] ? Finding.Ok("integrity", "every page and index holds") : Finding.Error("integrity", string.Join("; ", found).ReplaceLineEndings(" "));
    }

    public static async Task<Finding> ForeignKeysAsync(HubDb db, CancellationToken cancel)
    {
        if (!db.Database.IsSqlite())
        {
            return Finding.Ok("foreign keys", "enforced by the server");
        }

        var broken = (await NamesAsync(db, "PRAGMA foreign_key_check", cancel)).GroupBy(t => t).Select(t => $"{t.Count()} in {t.Key}").ToList();
        return broken.Count == 0 ? Finding.Ok("foreign keys", "every row has what it points at") : Finding.Error("foreign keys", $"Rows point at what is not there: {string.Join(", ", broken)}.");
    }

    private static Finding Compare(string check, List<string> wanted, List<string> there, string what)
    {
        var missing = wanted.Except(there, StringComparer.OrdinalIgnoreCase).ToList();
        return missing.Count == 0
            ? Finding.Ok(check, $"all {wanted.Count} are there")
            : Finding.Error(check, $"The database lacks {missing.Count} {what}{(missing.Count == 1 ? "" : check == "indexes" ? "es" : "s")}: {string.Join(", ", missing.Take(MostNamed))}.");
    }

    /// <summary>The first column of all rows.</summary>
    private static async Task<List<string>> NamesAsync(HubDb db, string sql, CancellationToken cancel)
    {
        await db.Database.OpenConnectionAsync(cancel);
        await using var command = db.Database.GetDbConnection().CreateCommand();
        (command.CommandText, command.CommandTimeout) = (sql, 0);
        await using DbDataReader rows = await command.ExecuteReaderAsync(cancel);
        List<string> names = [];
        while (await rows.ReadAsync(cancel))
        {
            names.Add($"{rows.GetValue(0)}");
        }

        return names;
    }
}
