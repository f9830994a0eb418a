using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.Postgres;

namespace MlHub.Adapters.Databases.Postgres.Migrations;

/// <summary>
/// The database itself refuses to change or remove what was recorded. Written by hand: EF Core knows no triggers. A migration
/// that rebuilds one of the two tables must create them again.
/// </summary>
[DbContext(typeof(PostgresHubDb))]
[Migration("20261122235900_EventsAreForever")]
public sealed class EventsAreForever : Migration
{
    private static readonly string[] Tables = ["events", "event_links"];

    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
            END $$;
            """);
        foreach (var table in Tables)
        {
            migrationBuilder.Sql(
                $"""
                CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
                """);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var table in Tables)
        {
            migrationBuilder.Sql($"DROP TRIGGER {table}_append_only ON {table};");
        }

        migrationBuilder.Sql("DROP FUNCTION refuse_change();");
    }
}
