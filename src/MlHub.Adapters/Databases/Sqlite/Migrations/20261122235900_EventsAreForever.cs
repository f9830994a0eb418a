using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.Sqlite;

namespace MlHub.Adapters.Databases.Sqlite.Migrations;

/// <summary>
/// The database itself refuses to change or remove what was recorded. Written by hand: EF Core knows no triggers. A migration
/// that rebuilds one of the two tables must create them again.
/// </summary>
[DbContext(typeof(SqliteHubDb))]
[Migration("20261122235900_EventsAreForever")]
public sealed class EventsAreForever : Migration
{
    private static readonly string[] Tables = ["events", "event_links"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var table in Tables)
        {
            foreach (var change in (string[])["UPDATE", "DELETE"])
            {
                migrationBuilder.Sql(
                    $"""
                    CREATE TRIGGER {table}_no_{change.ToLowerInvariant()} BEFORE {change} ON {table}
                    BEGIN
                        SELECT RAISE(ABORT, '{table} is append-only');
                    END;
                    """);
            }
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in Tables)
        {
            migrationBuilder.Sql($"DROP TRIGGER {table}_no_update; DROP TRIGGER {table}_no_delete;");
        }
    }
}
