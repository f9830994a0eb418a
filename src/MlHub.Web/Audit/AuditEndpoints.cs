using System.Buffers;
using System.Globalization;
using System.Text.Json;
using MlHub.Events;
using MlHub.Protocol.Audit;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Audit;

/// <summary>MlHub's audit/*: the head of the chain, its verification, and the log as NDJSON.</summary>
public sealed class AuditEndpoints(AuditChain chain, AuditLog log)
{
    private const int FlushEvery = 500;

    public void Map(MlflowRoutes hub, IEndpointRouteBuilder app)
    {
        hub.Get<Empty, AuditHeadResponse>("/audit/head", Scopes.Admin, HeadAsync);
        hub.Get<Empty, AuditVerifyResponse>("/audit/verify", Scopes.Admin, VerifyAsync);
        hub.Raw("GET", "/audit/export", Scopes.Admin, ExportAsync);
        // The same for the link on the page, where a cookie stands for the token.
        app.MapGet("/admin/audit/export", MlflowErrors.Around(ExportAsync)).Declare(AccessKind.PageOrToken, Scopes.Admin);
    }

    private async Task<AuditHeadResponse> HeadAsync(Empty request, ApiCall call) =>
        await chain.HeadOrNullAsync(call.Caller, call.Cancel) is { } head ? new(head.Seq, head.Hash, head.At.ToUnixTimeMilliseconds()) : new(0, null, null);

    private async Task<AuditVerifyResponse> VerifyAsync(Empty request, ApiCall call)
    {
        var report = await chain.VerifyAsync(call.Caller, null, call.Cancel);
        return new(report.IsWhole, report.Links, report.Head, report.Fault is { } fault ? new(fault.Seq, fault.EventId, fault.Reason) : null);
    }

    private async Task ExportAsync(HttpContext context)
    {
        var (caller, cancel) = context.AsCall();
        caller.RequireAdmin();
        var search = SearchOf(context.Request.Query);
        context.Response.ContentType = "application/x-ndjson";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"mlhub-audit.ndjson\"";
        var written = 0;
        await foreach (var (link, row) in log.ExportAsync(caller, search, cancel))
        {
            JsonSerializer.Serialize(new Utf8JsonWriter(context.Response.BodyWriter), ToLine(link, row!), WireJson.Default.AuditLine);
            context.Response.BodyWriter.Write("\n"u8);
            if (++written % FlushEvery == 0)
            {
                await context.Response.BodyWriter.FlushAsync(cancel);
            }
        }
    }

    private static AuditSearch SearchOf(IQueryCollection query) => new(
        Text(query, "actor"), Text(query, "kind"), Text(query, "subject"), Text(query, "address"), Instant(query, "from"), Instant(query, "to"));

    private static string? Text(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    private static DateTimeOffset? Instant(IQueryCollection query, string name) => Text(query, name) switch
    {
        null => null,
        { } text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms) && ms <= 253_402_300_799_999 => DateTimeOffset.FromUnixTimeMilliseconds(ms),
        _ => throw HubException.Invalid($"Invalid value for parameter '{name}' supplied: It must be milliseconds since 1970."),
    };

    private static AuditLine ToLine(EventLink link, HubEvent row) => new(
        link.Seq, row.Id, row.At.ToUnixTimeMilliseconds(), row.Actor, row.ActorId?.ToString(), row.Via, row.Address, row.UserAgent, row.Kind, row.Subject,
        row.ExperimentId, row.ModelId, row.Version, Json(row.Before), Json(row.After), Convert.ToHexStringLower(link.Hash));

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}
