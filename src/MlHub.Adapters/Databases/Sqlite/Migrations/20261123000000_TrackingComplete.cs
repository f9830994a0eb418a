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
                name: "logged_model_key",
                table: "model_versions",
                type: "INTEGER",
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
                name: "account_files",
                columns: table => new
                {
                    path = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    user_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    digest = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    saved_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_account_files", x => new { x.user_id, x.path });
                });

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
                name: "logged_models",
                columns: table => new
                {
                    logged_model_key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    model_id = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    experiment_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    model_type = table.Column<string>(type: "TEXT", maxLength: 500, nullable: true),
                    source_run_id = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: true),
                    status = table.Column<short>(type: "INTEGER", nullable: false),
                    status_message = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    created_by = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_deleted = table.Column<bool>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logged_models", x => x.logged_model_key);
                    table.ForeignKey(
                        name: "FK_logged_models_experiments_experiment_id",
                        column: x => x.experiment_id,
                        principalTable: "experiments",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
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
                name: "run_models",
                columns: table => new
                {
                    run_key = table.Column<long>(type: "INTEGER", nullable: false),
                    link = table.Column<short>(type: "INTEGER", nullable: false),
                    model_id = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_run_models", x => new { x.run_key, x.link, x.model_id, x.step });
                    table.ForeignKey(
                        name: "FK_run_models_runs_run_key",
                        column: x => x.run_key,
                        principalTable: "runs",
                        principalColumn: "run_key",
                        onDelete: ReferentialAction.Cascade);
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
                name: "logged_model_files",
                columns: table => new
                {
                    path = table.Column<string>(type: "TEXT", maxLength: 400, nullable: false),
                    logged_model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    digest = table.Column<string>(type: "TEXT", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    size_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    saved_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logged_model_files", x => new { x.logged_model_key, x.path });
                    table.ForeignKey(
                        name: "FK_logged_model_files_logged_models_logged_model_key",
                        column: x => x.logged_model_key,
                        principalTable: "logged_models",
                        principalColumn: "logged_model_key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "logged_model_metrics",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    logged_model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    run_id = table.Column<string>(type: "TEXT", unicode: false, maxLength: 64, nullable: false),
                    metric_key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    dataset_name = table.Column<string>(type: "TEXT", maxLength: 500, nullable: false),
                    dataset_digest = table.Column<string>(type: "TEXT", unicode: false, maxLength: 36, nullable: false),
                    step = table.Column<long>(type: "INTEGER", nullable: false),
                    ts = table.Column<long>(type: "INTEGER", nullable: false),
                    value = table.Column<double>(type: "REAL", nullable: false),
                    kind = table.Column<short>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logged_model_metrics", x => x.id);
                    table.ForeignKey(
                        name: "FK_logged_model_metrics_logged_models_logged_model_key",
                        column: x => x.logged_model_key,
                        principalTable: "logged_models",
                        principalColumn: "logged_model_key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "logged_model_params",
                columns: table => new
                {
                    logged_model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    param_key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 6000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logged_model_params", x => new { x.logged_model_key, x.param_key });
                    table.ForeignKey(
                        name: "FK_logged_model_params_logged_models_logged_model_key",
                        column: x => x.logged_model_key,
                        principalTable: "logged_models",
                        principalColumn: "logged_model_key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "logged_model_tags",
                columns: table => new
                {
                    logged_model_key = table.Column<long>(type: "INTEGER", nullable: false),
                    tag_key = table.Column<string>(type: "TEXT", maxLength: 250, nullable: false),
                    value = table.Column<string>(type: "TEXT", maxLength: 8000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_logged_model_tags", x => new { x.logged_model_key, x.tag_key });
                    table.ForeignKey(
                        name: "FK_logged_model_tags_logged_models_logged_model_key",
                        column: x => x.logged_model_key,
                        principalTable: "logged_models",
                        principalColumn: "logged_model_key",
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
                name: "IX_model_versions_logged_model_key",
                table: "model_versions",
                column: "logged_model_key");

            migrationBuilder.CreateIndex(
                name: "IX_experiments_is_deleted_deleted_at",
                table: "experiments",
                columns: new[] { "is_deleted", "deleted_at" });

            migrationBuilder.CreateIndex(
                name: "IX_account_files_digest",
                table: "account_files",
                column: "digest");

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
                name: "IX_logged_model_files_digest",
                table: "logged_model_files",
                column: "digest");

            migrationBuilder.CreateIndex(
                name: "ix_logged_model_metrics_point",
                table: "logged_model_metrics",
                columns: new[] { "logged_model_key", "metric_key", "ts", "step", "run_id", "dataset_name", "dataset_digest", "value", "kind" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_logged_models_experiment_id_is_deleted_created_at",
                table: "logged_models",
                columns: new[] { "experiment_id", "is_deleted", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_logged_models_model_id",
                table: "logged_models",
                column: "model_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_logged_models_source_run_id",
                table: "logged_models",
                column: "source_run_id");

            migrationBuilder.CreateIndex(
                name: "IX_multipart_uploads_created_at",
                table: "multipart_uploads",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_multipart_uploads_experiment_id",
                table: "multipart_uploads",
                column: "experiment_id");

            migrationBuilder.CreateIndex(
                name: "IX_run_models_model_id",
                table: "run_models",
                column: "model_id");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_sessions_expires_at",
                table: "sign_in_sessions",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "IX_sign_in_sessions_user_id",
                table: "sign_in_sessions",
                column: "user_id");

            migrationBuilder.AddForeignKey(
                name: "FK_model_versions_logged_models_logged_model_key",
                table: "model_versions",
                column: "logged_model_key",
                principalTable: "logged_models",
                principalColumn: "logged_model_key",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_model_versions_logged_models_logged_model_key",
                table: "model_versions");

            migrationBuilder.DropTable(
                name: "account_files");

            migrationBuilder.DropTable(
                name: "damaged_blobs");

            migrationBuilder.DropTable(
                name: "experiment_folders");

            migrationBuilder.DropTable(
                name: "first_creations");

            migrationBuilder.DropTable(
                name: "folder_grants");

            migrationBuilder.DropTable(
                name: "logged_model_files");

            migrationBuilder.DropTable(
                name: "logged_model_metrics");

            migrationBuilder.DropTable(
                name: "logged_model_params");

            migrationBuilder.DropTable(
                name: "logged_model_tags");

            migrationBuilder.DropTable(
                name: "purged_series");

            migrationBuilder.DropTable(
                name: "run_models");

            migrationBuilder.DropTable(
                name: "scrub_progress");

            migrationBuilder.DropTable(
                name: "sign_in_sessions");

            migrationBuilder.DropTable(
                name: "upload_parts");

            migrationBuilder.DropTable(
                name: "folders");

            migrationBuilder.DropTable(
                name: "logged_models");

            migrationBuilder.DropTable(
                name: "multipart_uploads");

            migrationBuilder.DropIndex(
                name: "IX_runs_is_deleted_deleted_at_run_key",
                table: "runs");

            migrationBuilder.DropIndex(
                name: "IX_model_versions_logged_model_key",
                table: "model_versions");

            migrationBuilder.DropIndex(
                name: "IX_experiments_is_deleted_deleted_at",
                table: "experiments");

            migrationBuilder.DropColumn(
                name: "deleted_by",
                table: "runs");

            migrationBuilder.DropColumn(
                name: "logged_model_key",
                table: "model_versions");

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
