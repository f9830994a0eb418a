using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace MlHub.Adapters.Databases.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class TrackingComplete : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "deleted_by",
                table: "runs",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "deleted_at",
                table: "experiments",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "deleted_by",
                table: "experiments",
                type: "character varying(256)",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_purged",
                table: "experiments",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "first_creations",
                columns: table => new
                {
                    repeat_key = table.Column<string>(type: "character(64)", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    wish_digest = table.Column<string>(type: "character(64)", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    made = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    until = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_first_creations", x => x.repeat_key);
                });

            migrationBuilder.CreateTable(
                name: "folders",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    path = table.Column<string>(type: "character varying(500)", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_folders", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "purged_series",
                columns: table => new
                {
                    series_id = table.Column<long>(type: "bigint", nullable: false),
                    points = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_purged_series", x => x.series_id);
                });

            migrationBuilder.CreateTable(
                name: "experiment_folders",
                columns: table => new
                {
                    experiment_id = table.Column<long>(type: "bigint", nullable: false),
                    folder_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_experiment_folders", x => new { x.experiment_id, x.folder_id });
                    table.ForeignKey(
                        name: "FK_experiment_folders_experiments_experiment_id",
                        column: x => x.experiment_id,
                        principalTable: "experiments",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_experiment_folders_folders_folder_id",
                        column: x => x.folder_id,
                        principalTable: "folders",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "folder_grants",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    folder_id = table.Column<long>(type: "bigint", nullable: false),
                    user_id = table.Column<Guid>(type: "uuid", nullable: true),
                    group_id = table.Column<Guid>(type: "uuid", nullable: true),
                    permission = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_folder_grants", x => x.id);
                    table.ForeignKey(
                        name: "FK_folder_grants_folders_folder_id",
                        column: x => x.folder_id,
                        principalTable: "folders",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_folder_grants_groups_group_id",
                        column: x => x.group_id,
                        principalTable: "groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_folder_grants_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_runs_is_deleted_deleted_at_run_key",
                table: "runs",
                columns: new[] { "is_deleted", "deleted_at", "run_key" });

            migrationBuilder.CreateIndex(
                name: "IX_experiments_is_deleted_deleted_at",
                table: "experiments",
                columns: new[] { "is_deleted", "deleted_at" });

            migrationBuilder.CreateIndex(
                name: "IX_experiment_folders_folder_id",
                table: "experiment_folders",
                column: "folder_id");

            migrationBuilder.CreateIndex(
                name: "IX_first_creations_until",
                table: "first_creations",
                column: "until");

            migrationBuilder.CreateIndex(
                name: "IX_folder_grants_folder_id",
                table: "folder_grants",
                column: "folder_id");

            migrationBuilder.CreateIndex(
                name: "IX_folder_grants_group_id_folder_id",
                table: "folder_grants",
                columns: new[] { "group_id", "folder_id" });

            migrationBuilder.CreateIndex(
                name: "IX_folder_grants_user_id_folder_id",
                table: "folder_grants",
                columns: new[] { "user_id", "folder_id" });

            migrationBuilder.CreateIndex(
                name: "IX_folders_path",
                table: "folders",
                column: "path",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "experiment_folders");

            migrationBuilder.DropTable(
                name: "first_creations");

            migrationBuilder.DropTable(
                name: "folder_grants");

            migrationBuilder.DropTable(
                name: "purged_series");

            migrationBuilder.DropTable(
                name: "folders");

            migrationBuilder.DropIndex(
                name: "IX_runs_is_deleted_deleted_at_run_key",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_experiments_is_deleted_deleted_at",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "deleted_by",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "deleted_at",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "deleted_by",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "is_purged",
                table: "experiments");
        }
    }
}
