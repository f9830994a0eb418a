using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.Postgres;

namespace MlHub.Adapters.Databases.Postgres.Migrations;

/// <summary>Quartz' tables. Written by hand: EF Core does not know them.</summary>
[DbContext(typeof(PostgresHubDb))]
[Migration("20261130152000_Schedules")]
public sealed class Schedules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in QuartzTables.Create(DatabaseProvider.PostgreSql))
        {
            migrationBuilder.Sql(statement);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in QuartzTables.Drop(DatabaseProvider.PostgreSql))
        {
            migrationBuilder.Sql(statement);
        }
    }
}
