using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.Sqlite;

namespace MlHub.Adapters.Databases.Sqlite.Migrations;

/// <summary>Quartz' tables. Written by hand: EF Core does not know them.</summary>
[DbContext(typeof(SqliteHubDb))]
[Migration("20261130152000_Schedules")]
public sealed class Schedules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in QuartzTables.Create(DatabaseProvider.Sqlite))
        {
            migrationBuilder.Sql(statement);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in QuartzTables.Drop(DatabaseProvider.Sqlite))
        {
            migrationBuilder.Sql(statement);
        }
    }
}
