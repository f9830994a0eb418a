using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.SqlServer;

namespace MlHub.Adapters.Databases.SqlServer.Migrations;

/// <summary>
/// The types of the lists that a run log sends, and readers that do not wait for writers. Written by hand: EF Core knows no table types.
/// </summary>
[DbContext(typeof(SqlServerHubDb))]
[Migration("20261123000100_TableTypes")]
public sealed class TableTypes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql(
            """
            CREATE TYPE dbo.logged_points AS TABLE (
                metric_key nvarchar(250) COLLATE Latin1_General_100_BIN2 NOT NULL, step bigint NOT NULL, ts bigint NOT NULL,
                value float NOT NULL, kind smallint NOT NULL);
            """);
        migrationBuilder.Sql(
            """
            CREATE TYPE dbo.logged_pairs AS TABLE (
                pair_key nvarchar(250) COLLATE Latin1_General_100_BIN2 NOT NULL PRIMARY KEY, value nvarchar(max) NOT NULL);
            """);
        // EF Core sets it for databases that it makes, and Azure for all; whoever made this one may have left it out, or may forbid the change.
        migrationBuilder.Sql(
            """
            IF EXISTS (SELECT 1 FROM sys.databases WHERE database_id = DB_ID() AND is_read_committed_snapshot_on = 0)
            BEGIN TRY
                EXEC(N'ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH ROLLBACK IMMEDIATE');
            END TRY
            BEGIN CATCH
                PRINT 'READ_COMMITTED_SNAPSHOT could not be set: ' + ERROR_MESSAGE();
            END CATCH;
            """,
            suppressTransaction: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("DROP TYPE dbo.logged_points;");
        migrationBuilder.Sql("DROP TYPE dbo.logged_pairs;");
    }
}
