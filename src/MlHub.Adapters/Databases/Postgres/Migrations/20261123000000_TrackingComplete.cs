using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MlHub.Adapters.Databases.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class TrackingComplete : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "damaged_blobs",
                columns: table => new
                {
                    digest = table.Column<string>(type: "character(64)", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    damage = table.Column<int>(type: "integer", nullable: false),
                    found_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_damaged_blobs", x => x.digest);
                });

            migrationBuilder.CreateTable(
                name: "multipart_uploads",
                columns: table => new
                {
                    id = table.Column<string>(type: "character(32)", unicode: false, fixedLength: true, maxLength: 32, nullable: false),
                    account_id = table.Column<Guid>(type: "uuid", nullable: true),
                    target = table.Column<string>(type: "character varying(512)", maxLength: 512, nullable: false),
                    experiment_id = table.Column<long>(type: "bigint", nullable: true),
                    parts = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    ended_at = table.Column<long>(type: "bigint", nullable: true),
                    digest = table.Column<string>(type: "character(64)", unicode: false, fixedLength: true, maxLength: 64, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_multipart_uploads", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "scrub_progress",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false),
                    after_digest = table.Column<string>(type: "character varying(64)", unicode: false, maxLength: 64, nullable: false),
                    started_at = table.Column<long>(type: "bigint", nullable: false),
                    finished_at = table.Column<long>(type: "bigint", nullable: true),
                    blobs = table.Column<long>(type: "bigint", nullable: false),
                    bytes = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_scrub_progress", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "upload_parts",
                columns: table => new
                {
                    upload_id = table.Column<string>(type: "character(32)", unicode: false, fixedLength: true, maxLength: 32, nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    digest = table.Column<string>(type: "character(64)", unicode: false, fixedLength: true, maxLength: 64, nullable: false),
                    size_bytes = table.Column<long>(type: "bigint", nullable: false)
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
                name: "IX_multipart_uploads_created_at",
                table: "multipart_uploads",
                column: "created_at");

            migrationBuilder.CreateIndex(
                name: "IX_multipart_uploads_experiment_id",
                table: "multipart_uploads",
                column: "experiment_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "damaged_blobs");

            migrationBuilder.DropTable(
                name: "scrub_progress");

            migrationBuilder.DropTable(
                name: "upload_parts");

            migrationBuilder.DropTable(
                name: "multipart_uploads");
        }
    }
}
