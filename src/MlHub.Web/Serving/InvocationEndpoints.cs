using Microsoft.Net.Http.Headers;
using MlHub.Scoring;
using MlHub.Serving;
using MlHub.Serving.Traffic;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Serving;

/// <summary>
/// MLflow's scoring protocol at the addresses of Databricks' classic model serving, a version, a stage or an alias of a model, and at that of its
/// present one, which names the model alone and means the version in Production, else the newest.
/// </summary>
public sealed class InvocationEndpoints(ServedModels served, RoutedCalls calls, ServingSettings settings, BodyBudget budget)
{
    private const string Json = "application/json", Csv = "text/csv";

    public void Map(IEndpointRouteBuilder app)
    {
        foreach (var address in new[] { "/model/{name}/{selector}/invocations", "/serving-endpoints/{name}/invocations" })
        {
            app.MapPost(address, MlflowErrors.Around(InvokeAsync)).Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
        }

        app.MapGet("/model/{name}/{selector}/openapi.json", MlflowErrors.Around(DescribeAsync)).Declare(AccessKind.PageOrToken, Scopes.ServingInvoke, isOfOneModel: true);
    }

    private async Task InvokeAsync(HttpContext context)
    {
        var call = context.AsCall();
        CallRoute? route = null;
        try
        {
            route = await calls.FindAsync(call.Caller, Route(context, "name"), context.GetRouteValue("selector") as string, ScoringTransfer.StickyKey(context.Request), call.Cancel);
            if (Objection(context.Request.ContentType, out var form) is { } objection)
            {
                context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
                context.Response.ContentType = "text/plain";
                await context.Response.WriteAsync(objection, call.Cancel);
                return;
            }

            using var room = budget.Take(context.Request.ContentLength);
            var body = await ScoringTransfer.ReadAsync(context, before: 0, settings.BodyBytes);
            var answered = await calls.AskAsync(route, form, body, call.Cancel);
            await ScoringTransfer.WriteAsync(context, answered.Answer, answered.Version);
            calls.Copy(route, form, body, answered);
        }
        catch (ScoringException e)
        {
            await ScoringTransfer.WriteAsync(context, ScoringAnswer.Refusal(e.Status, e.Code, e.Message), route?.Target.Version, e.RetryAfter);
        }
    }

    private async Task DescribeAsync(HttpContext context)
    {
        var (call, name, selector) = (context.AsCall(), Route(context, "name"), Route(context, "selector"));
        var version = await served.DescribeAsync(call.Caller, name, selector, call.Cancel);
        context.Response.ContentType = Json;
        await context.Response.WriteAsync(ScoringDocument.Of(name, selector, version).ToJsonString(), call.Cancel);
    }

    /// <summary>Why the content type will not do, in MLflow's words; null where it will.</summary>
    private static string? Objection(string? contentType, out RequestForm form)
    {
        var isRead = MediaTypeHeaderValue.TryParse(contentType, out var type);
        form = isRead && type!.MediaType.Equals(Csv, StringComparison.OrdinalIgnoreCase) ? RequestForm.InvocationCsv : RequestForm.InvocationJson;
        return !isRead || !(form == RequestForm.InvocationCsv || type!.MediaType.Equals(Json, StringComparison.OrdinalIgnoreCase))
                ? $"This predictor only supports the following content types: Types: ['{Csv}', '{Json}']. Got '{contentType ?? "None"}'."
            : type!.Parameters.Where(p => !p.Name.Equals("charset", StringComparison.OrdinalIgnoreCase)).Select(p => p.Name.ToString()).ToList() is { Count: > 0 } unknown
                ? $"Unrecognized content type parameters: {string.Join(", ", unknown)}. IMPORTANT: The MLflow Model scoring protocol has changed in MLflow version 2.0."
            : type.Charset is { HasValue: true } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) ? "The scoring server only supports UTF-8"
            : null;
    }

    private static string Route(HttpContext context, string name) => (string)context.GetRouteValue(name)!;
}
