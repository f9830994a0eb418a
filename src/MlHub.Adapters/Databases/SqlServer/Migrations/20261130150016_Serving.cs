using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MlHub.Adapters.Databases.SqlServer.Migrations
{
    /// <inheritdoc />
    public partial class Serving : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "models_json",
                table: "access_tokens",
                type: "nvarchar(max)",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "batch_jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    model_id = table.Column<long>(type: "bigint", nullable: false),
                    selector = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "int", nullable: true),
                    digest = table.Column<string>(type: "varchar(64)", unicode: false, maxLength: 64, nullable: true),
                    source_json = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    state = table.Column<int>(type: "int", nullable: false),
                    reason = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: true),
                    created_by = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: true),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    schedule_id = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    rows = table.Column<long>(type: "bigint", nullable: false),
                    refused_rows = table.Column<long>(type: "bigint", nullable: false),
                    bytes_read = table.Column<long>(type: "bigint", nullable: false),
                    bytes_in_all = table.Column<long>(type: "bigint", nullable: true),
                    lease = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    leased_until = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batch_jobs", x => x.id);
                    table.ForeignKey(
                        name: "FK_batch_jobs_registered_models_model_id",
                        column: x => x.model_id,
                        principalTable: "registered_models",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "batch_schedules",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    model_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "nvarchar(120)", maxLength: 120, nullable: false),
                    selector = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    source_json = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    cron = table.Column<string>(type: "nvarchar(120)", maxLength: 120, nullable: false),
                    is_paused = table.Column<bool>(type: "bit", nullable: false),
                    created_by = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batch_schedules", x => x.id);
                    table.ForeignKey(
                        name: "FK_batch_schedules_registered_models_model_id",
                        column: x => x.model_id,
                        principalTable: "registered_models",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "captured_requests",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    version_id = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    selector = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    request = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    status = table.Column<int>(type: "int", nullable: false),
                    answer = table.Column<byte[]>(type: "varbinary(max)", nullable: false),
                    milliseconds = table.Column<double>(type: "float", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_captured_requests", x => x.id);
                    table.ForeignKey(
                        name: "FK_captured_requests_model_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "model_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "deployment_targets",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    name = table.Column<string>(type: "nvarchar(120)", maxLength: 120, nullable: false),
                    kind = table.Column<int>(type: "int", nullable: false),
                    url = table.Column<string>(type: "nvarchar(2048)", maxLength: 2048, nullable: false),
                    sealed_key = table.Column<byte[]>(type: "varbinary(max)", nullable: true),
                    settings_json = table.Column<string>(type: "nvarchar(max)", nullable: false),
                    created_by = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deployment_targets", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "model_serving",
                columns: table => new
                {
                    model_id = table.Column<long>(type: "bigint", nullable: false),
                    python_trusted_at = table.Column<long>(type: "bigint", nullable: true),
                    python_trusted_by = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    replicas = table.Column<int>(type: "int", nullable: true),
                    batch_rows = table.Column<int>(type: "int", nullable: true),
                    batch_delay_milliseconds = table.Column<int>(type: "int", nullable: true),
                    idle_minutes = table.Column<int>(type: "int", nullable: true),
                    memory_megabytes = table.Column<int>(type: "int", nullable: true),
                    request_seconds = table.Column<int>(type: "int", nullable: true),
                    capture_share = table.Column<double>(type: "float", nullable: false),
                    capture_days = table.Column<int>(type: "int", nullable: false),
                    redacted_columns_json = table.Column<string>(type: "nvarchar(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_model_serving", x => x.model_id);
                    table.ForeignKey(
                        name: "FK_model_serving_registered_models_model_id",
                        column: x => x.model_id,
                        principalTable: "registered_models",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "serving_failures",
                columns: table => new
                {
                    version_id = table.Column<long>(type: "bigint", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    reason = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_serving_failures", x => x.version_id);
                    table.ForeignKey(
                        name: "FK_serving_failures_model_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "model_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "serving_measures",
                columns: table => new
                {
                    version_id = table.Column<long>(type: "bigint", nullable: false),
                    minute = table.Column<long>(type: "bigint", nullable: false),
                    node = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    refused = table.Column<long>(type: "bigint", nullable: false),
                    failed = table.Column<long>(type: "bigint", nullable: false),
                    latencies = table.Column<byte[]>(type: "varbinary(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_serving_measures", x => new { x.version_id, x.minute, x.node });
                    table.ForeignKey(
                        name: "FK_serving_measures_model_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "model_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "traffic_rules",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    model_id = table.Column<long>(type: "bigint", nullable: false),
                    selector = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    kind = table.Column<int>(type: "int", nullable: false),
                    version = table.Column<int>(type: "int", nullable: false),
                    percent = table.Column<double>(type: "float", nullable: false),
                    most_error_percent = table.Column<double>(type: "float", nullable: true),
                    most_milliseconds = table.Column<double>(type: "float", nullable: true),
                    least_requests = table.Column<int>(type: "int", nullable: true),
                    state = table.Column<int>(type: "int", nullable: false),
                    reason = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: true),
                    created_by = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    findings_json = table.Column<string>(type: "nvarchar(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_traffic_rules", x => x.id);
                    table.ForeignKey(
                        name: "FK_traffic_rules_registered_models_model_id",
                        column: x => x.model_id,
                        principalTable: "registered_models",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "batch_parts",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    number = table.Column<int>(type: "int", nullable: false),
                    digest = table.Column<string>(type: "varchar(64)", unicode: false, maxLength: 64, nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<int>(type: "int", nullable: false),
                    position_json = table.Column<string>(type: "nvarchar(max)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_batch_parts", x => new { x.job_id, x.number });
                    table.ForeignKey(
                        name: "FK_batch_parts_batch_jobs_job_id",
                        column: x => x.job_id,
                        principalTable: "batch_jobs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "deployments",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("SqlServer:Identity", "1, 1"),
                    target_id = table.Column<long>(type: "bigint", nullable: false),
                    model_id = table.Column<long>(type: "bigint", nullable: false),
                    selector = table.Column<string>(type: "nvarchar(256)", maxLength: 256, nullable: false),
                    version = table.Column<int>(type: "int", nullable: true),
                    state = table.Column<int>(type: "int", nullable: false),
                    reason = table.Column<string>(type: "nvarchar(2000)", maxLength: 2000, nullable: true),
                    attempts = table.Column<int>(type: "int", nullable: false),
                    next_at = table.Column<long>(type: "bigint", nullable: false),
                    lease = table.Column<Guid>(type: "uniqueidentifier", nullable: true),
                    created_by = table.Column<Guid>(type: "uniqueidentifier", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    changed_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_deployments", x => x.id);
                    table.ForeignKey(
                        name: "FK_deployments_deployment_targets_target_id",
                        column: x => x.target_id,
                        principalTable: "deployment_targets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "FK_deployments_registered_models_model_id",
                        column: x => x.model_id,
                        principalTable: "registered_models",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_batch_jobs_model_id_created_at",
                table: "batch_jobs",
                columns: new[] { "model_id", "created_at" });

            migrationBuilder.CreateIndex(
                name: "IX_batch_jobs_state",
                table: "batch_jobs",
                column: "state");

            migrationBuilder.CreateIndex(
                name: "IX_batch_parts_digest",
                table: "batch_parts",
                column: "digest");

            migrationBuilder.CreateIndex(
                name: "IX_batch_schedules_model_id",
                table: "batch_schedules",
                column: "model_id");

            migrationBuilder.CreateIndex(
                name: "IX_captured_requests_at",
                table: "captured_requests",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_captured_requests_version_id_id",
                table: "captured_requests",
                columns: new[] { "version_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_deployment_targets_name",
                table: "deployment_targets",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_deployments_model_id_target_id",
                table: "deployments",
                columns: new[] { "model_id", "target_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_deployments_state_next_at",
                table: "deployments",
                columns: new[] { "state", "next_at" });

            migrationBuilder.CreateIndex(
                name: "IX_deployments_target_id",
                table: "deployments",
                column: "target_id");

            migrationBuilder.CreateIndex(
                name: "IX_serving_measures_minute",
                table: "serving_measures",
                column: "minute");

            migrationBuilder.CreateIndex(
                name: "IX_traffic_rules_model_id_state",
                table: "traffic_rules",
                columns: new[] { "model_id", "state" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "batch_parts");

            migrationBuilder.DropTable(
                name: "batch_schedules");

            migrationBuilder.DropTable(
                name: "captured_requests");

            migrationBuilder.DropTable(
                name: "deployments");

            migrationBuilder.DropTable(
                name: "model_serving");

            migrationBuilder.DropTable(
                name: "serving_failures");

            migrationBuilder.DropTable(
                name: "serving_measures");

            migrationBuilder.DropTable(
                name: "traffic_rules");

            migrationBuilder.DropTable(
                name: "batch_jobs");

            migrationBuilder.DropTable(
                name: "deployment_targets");

            migrationBuilder.DropColumn(
                name: "models_json",
                table: "access_tokens");
        }
    }
}
