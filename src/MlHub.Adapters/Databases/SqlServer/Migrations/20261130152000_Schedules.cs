using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.SqlServer;

namespace MlHub.Adapters.Databases.SqlServer.Migrations;

/// <summary>Quartz' tables. Written by hand: EF Core does not know them.</summary>
[DbContext(typeof(SqlServerHubDb))]
[Migration("20261130152000_Schedules")]
public sealed class Schedules : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in QuartzTables.Create(DatabaseProvider.SqlServer))
        {
            migrationBuilder.Sql(statement);
        }
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        foreach (var statement in QuartzTables.Drop(DatabaseProvider.SqlServer))
        {
            migrationBuilder.Sql(statement);
        }
    }
}
