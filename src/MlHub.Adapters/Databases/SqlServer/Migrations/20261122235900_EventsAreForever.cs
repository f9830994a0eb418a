using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.SqlServer;

namespace MlHub.Adapters.Databases.SqlServer.Migrations;

/// <summary>
/// The database itself refuses to change or remove what was recorded. Written by hand: EF Core knows no triggers. A migration
/// that rebuilds one of the two tables must create them again.
/// </summary>
[DbContext(typeof(SqlServerHubDb))]
[Migration("20261122235900_EventsAreForever")]
public sealed class EventsAreForever : Migration
{
    private static readonly string[] Tables = ["events", "event_links"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var table in Tables)
        {
            // EXEC: a trigger must be the first statement of its batch.
            migrationBuilder.Sql(
                $"""
                EXEC(N'CREATE TRIGGER {table}_append_only ON {table} AFTER UPDATE, DELETE AS
                BEGIN
                    IF EXISTS (SELECT 1 FROM deleted)
                        THROW 50000, ''{table} is append-only'', 1;
                END');
                """);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in Tables)
        {
            migrationBuilder.Sql($"DROP TRIGGER {table}_append_only;");
        }
    }
}
