using System.Buffers.Binary;
using System.Text.Json.Nodes;
using MlHub.Scoring;
using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Serving.Traffic;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Startup;

namespace MlHub.Web.Serving;

/// <summary>The Open Inference Protocol v2 (kserve/open-inference-protocol), with Triton's binary tensors.</summary>
public sealed class InferenceEndpoints(ServedModels served, RoutedCalls calls, ServingSettings settings, BodyBudget budget)
{
    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/v2/health/live", () => Text(new() { ["live"] = true })).Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
        app.MapGet("/v2/health/ready", () => Text(new() { ["ready"] = true })).Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
        app.MapGet("/v2", () => Text(new() { ["name"] = "mlhub", ["version"] = ProductVersion.MlflowCompatible, ["extensions"] = new JsonArray("binary_tensor_data") }))
            .Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
        foreach (var model in new[] { "/v2/models/{name}", "/v2/models/{name}/versions/{version}" })
        {
            app.MapGet(model, Around(DescribeAsync)).Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
            app.MapGet($"{model}/ready", Around(ReadyAsync)).Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
            app.MapPost($"{model}/infer", Around(InferAsync)).Declare(AccessKind.Token, Scopes.ServingInvoke, isOfOneModel: true);
        }
    }

    private async Task DescribeAsync(HttpContext context)
    {
        var (name, target) = await TargetAsync(context);
        var model = await target.Scorer.DescribeAsync(context.RequestAborted);
        await WriteAsync(context, 200, new()
        {
            ["name"] = name,
            ["versions"] = new JsonArray($"{target.Version}"),
            ["platform"] = model.Platform,
            ["inputs"] = Ports(model.Inputs),
            ["outputs"] = Ports(model.Outputs),
        });
    }

    /// <summary>Asking is a reason to load the model, since clients wait for it to be ready before they send anything.</summary>
    private async Task ReadyAsync(HttpContext context)
    {
        var (name, target) = await TargetAsync(context);
        target.Scorer.Start();
        await (target.Scorer.IsReady
            ? WriteAsync(context, 200, new() { ["name"] = name, ["ready"] = true })
            : WriteAsync(context, 503, new() { ["error"] = $"Model with name {name} is not ready." }));
    }

    private async Task InferAsync(HttpContext context)
    {
        var call = context.AsCall();
        var route = await calls.FindAsync(
            call.Caller, (string)context.GetRouteValue("name")!, context.GetRouteValue("version") as string, ScoringTransfer.StickyKey(context.Request), call.Cancel);
        using var room = budget.Take(context.Request.ContentLength);
        var body = await ScoringTransfer.ReadAsync(context, before: sizeof(int), settings.BodyBytes);
        BinaryPrimitives.WriteInt32LittleEndian(body, ScoringTransfer.JsonLength(context.Request, body.Length - sizeof(int)) ?? body.Length - sizeof(int));
        var answered = await calls.AskAsync(route, RequestForm.Inference, body, call.Cancel);
        await ScoringTransfer.WriteAsync(context, answered.Answer, answered.Version);
        calls.Copy(route, RequestForm.Inference, body, answered);
    }

    private async Task<(string Name, ScoringTarget Target)> TargetAsync(HttpContext context)
    {
        var (call, name) = (context.AsCall(), (string)context.GetRouteValue("name")!);
        return (name, context.GetRouteValue("version") is string version
            ? await served.FindAsync(call.Caller, name, version, call.Cancel)
            : await served.FindDefaultAsync(call.Caller, name, call.Cancel));
    }

    /// <summary>Refusals have the protocol's form, <c>{"error": …}</c>.</summary>
    private static RequestDelegate Around(RequestDelegate answer) => MlflowErrors.Around(async context =>
    {
        try
        {
            await answer(context);
        }
        catch (ScoringException e) when (!context.Response.HasStarted)
        {
            await ScoringTransfer.WriteAsync(context, ScoringAnswer.InferenceRefusal(e.Status, e.Message), retryAfter: e.RetryAfter);
        }
        catch (HubException e) when (e.Error is HubError.NotFound or HubError.Invalid or HubError.TooLarge && !context.Response.HasStarted)
        {
            await ScoringTransfer.WriteAsync(context, ScoringAnswer.InferenceRefusal(e.Error switch { HubError.NotFound => 404, HubError.TooLarge => 413, _ => 400 }, e.Message));
        }
    });

    private static JsonArray Ports(IReadOnlyList<PortDescription> ports) => new([.. ports.Select(p => new JsonObject
    {
        ["name"] = p.Name,
        ["datatype"] = p.Datatype,
        ["shape"] = new JsonArray([.. p.Shape.Select(d => (JsonNode)d)]),
    })]);

    private static Task WriteAsync(HttpContext context, int status, JsonObject answer)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(answer.ToJsonString(), context.RequestAborted);
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult Text(JsonObject answer) => TypedResults.Text(answer.ToJsonString(), "application/json");
}
