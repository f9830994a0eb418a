using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MlHub.Adapters.Databases.Sqlite.Migrations
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
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "deleted_at",
                table: "experiments",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "deleted_by",
                table: "experiments",
                type: "TEXT",
                maxLength: 256,
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "is_purged",
                table: "experiments",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateTable(
                name: "damaged_blobs",
                columns: table => new
                {
                    digest = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    damage = table.Column<int>(type: "INTEGER", nullable: false),
                    found_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_damaged_blobs", x => x.digest);
                });

            migrationBuilder.CreateTable(
                name: "first_creations",
                columns: table => new
                {
                    repeat_key = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    wish_digest = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    made = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    until = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_first_creations", x => x.repeat_key);
                });

            migrationBuilder.CreateTable(
                name: "folders",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    path = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_folders", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "multipart_uploads",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 32, nullable: false),
                    account_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    target = table.Column<string>(type: "TEXT", maxLength: 512, nullable: false),
                    experiment_id = table.Column<long>(type: "INTEGER", nullable: true),
                    parts = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    ended_at = table.Column<long>(type: "INTEGER", nullable: true),
                    digest = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_multipart_uploads", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "purged_series",
                columns: table => new
                {
                    series_id = table.Column<long>(type: "INTEGER", nullable: false),
                    points = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_purged_series", x => x.series_id);
                });

            migrationBuilder.CreateTable(
                name: "scrub_progress",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false),
                    after_digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: false),
                    finished_at = table.Column<long>(type: "INTEGER", nullable: true),
                    blobs = table.Column<long>(type: "INTEGER", nullable: false),
                    bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_scrub_progress", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "sign_in_sessions",
                columns: table => new
                {
                    id = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    ticket = table.Column<byte[]>(type: "BLOB", nullable: false),
                    address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    user_agent = table.Column<string>(type: "TEXT", maxLength: 256, nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sign_in_sessions", x => x.id);
                    table.ForeignKey(
                        name: "FK_sign_in_sessions_users_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "experiment_folders",
                columns: table => new
                {
                    experiment_id = table.Column<long>(type: "INTEGER", nullable: false),
                    folder_id = table.Column<long>(type: "INTEGER", nullable: false)
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
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    folder_id = table.Column<long>(type: "INTEGER", nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    group_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    permission = table.Column<int>(type: "INTEGER", nullable: false)
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

            migrationBuilder.CreateTable(
                name: "upload_parts",
                columns: table => new
                {
                    upload_id = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_upload_parts", x => new { x.upload_id, x.number });
                    table.ForeignKey(
                        name: "FK_upload_parts_multipart_uploads_upload_id",
                        column: x => x.upload_id,
                        principalTable: "multipart_uploads",
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

            migrationBuilder.CreateIndex(
                name: "IX_multipart_uploads_created_at",
                table: "multipart_uploads",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_multipart_uploads_experiment_id",
                table: "multipart_uploads",
                column: "experiment_id");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_sessions_expires_at",
                table: "sign_in_sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_sessions_user_id",
                table: "sign_in_sessions",
                column: "user_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "damaged_blobs");

            migrationBuilder.DropTable(
                name: "experiment_folders");

            migrationBuilder.DropTable(
                name: "first_creations");

            migrationBuilder.DropTable(
                name: "folder_grants");

            migrationBuilder.DropTable(
                name: "purged_series");

            migrationBuilder.DropTable(
                name: "scrub_progress");

            migrationBuilder.DropTable(
                name: "sign_in_sessions");

            migrationBuilder.DropTable(
                name: "upload_parts");

            migrationBuilder.DropTable(
                name: "folders");

            migrationBuilder.DropTable(
                name: "multipart_uploads");

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
