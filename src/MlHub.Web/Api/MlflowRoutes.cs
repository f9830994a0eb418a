using MlHub.Repeats;
using MlHub.Web.Access;

namespace MlHub.Web.Api;

/// <summary>
/// Maps a call of the MLflow API under both its prefixes: the fields are read from body or query, the operation is called,
/// and its answer or refusal is written as MLflow's clients expect.
/// </summary>
public sealed class MlflowRoutes(IEndpointRouteBuilder endpoints, string area = "mlflow", bool isOfOneModel = false)
{
    private static readonly string[] Prefixes = ["/api/2.0", "/ajax-api/2.0"];

    /// <summary>The same for calls that are about one registered model and tell nothing else: tokens that are restricted to it are let in.</summary>
    public MlflowRoutes OfOneModel => new(endpoints, area, isOfOneModel: true);

    public void Get<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map(["GET"], path, scope, answer);

    public void Post<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map(["POST"], path, scope, answer);

    public void Put<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map(["PUT"], path, scope, answer);

    /// <summary>
    /// For calls that make something: repeated with the same <c>Idempotency-Key</c>, or unchanged after a connection that broke before
    /// the answer, they answer with what the first made. What was begun is finished, whoever goes meanwhile.
    /// </summary>
    public void PostOnce<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Repeat, Task<TResponse>> answer, Func<TResponse, string> made) =>
        Map<TRequest, TResponse>(
            ["POST"], path, scope,
            MlflowErrors.Around(async context =>
            {
                var request = await MlflowBody.ReadAsync<TRequest>(context);
                var call = context.AsCall() with { Cancel = CancellationToken.None };
                var key = context.Request.Headers["Idempotency-Key"] is [{ } sent, ..] ? sent : null;
                var repeat = new Repeat(call.Caller, path, key, MlflowBody.BytesOf(request));
                var response = await answer(request, call, repeat);
                try
                {
                    await MlflowBody.WriteAsync(context, response);
                    await context.Response.CompleteAsync();
                }
                finally
                {
                    if (context.RequestAborted.IsCancellationRequested)
                    {
                        await context.RequestServices.GetRequiredService<RepeatWorker>().RememberBrokenAsync(repeat, made(response));
                    }
                }
            }));

    public void Patch<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map(["PATCH"], path, scope, answer);

    public void Delete<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map(["DELETE"], path, scope, answer);

    public void GetOrPost<TRequest, TResponse>(string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map(["GET", "POST"], path, scope, answer);

    /// <summary>For calls whose path names what they are about, as its <c>{id}</c>.</summary>
    public void About<TRequest, TResponse>(string method, string path, Scopes scope, Func<string, TRequest, ApiCall, Task<TResponse>> answer) =>
        Map<TRequest, TResponse>(
            [method], path, scope,
            MlflowErrors.Around(async context =>
            {
                var request = await MlflowBody.ReadAsync<TRequest>(context);
                var response = await answer((string)context.GetRouteValue("id")!, request, context.AsCall());
                await MlflowBody.WriteAsync(context, response);
            }));

    /// <summary>For calls whose body is not a message.</summary>
    public void Raw(string method, string path, Scopes scope, RequestDelegate answer, Action<IEndpointConventionBuilder>? more = null) =>
        Raw([method], path, scope, answer, more);

    /// <summary>The same for several methods.</summary>
    public void Raw(string[] methods, string path, Scopes scope, RequestDelegate answer, Action<IEndpointConventionBuilder>? more = null)
    {
        foreach (var prefix in Prefixes)
        {
            var endpoint = endpoints.MapMethods($"{prefix}/{area}{path}", methods, MlflowErrors.Around(answer)).Declare(AccessKind.Token, scope, isOfOneModel);
            more?.Invoke(endpoint);
        }
    }

    private void Map<TRequest, TResponse>(string[] methods, string path, Scopes scope, Func<TRequest, ApiCall, Task<TResponse>> answer) =>
        Map<TRequest, TResponse>(
            methods, path, scope,
            MlflowErrors.Around(async context =>
            {
                var request = await MlflowBody.ReadAsync<TRequest>(context);
                var response = await answer(request, context.AsCall());
                await MlflowBody.WriteAsync(context, response);
            }));

    private void Map<TRequest, TResponse>(string[] methods, string path, Scopes scope, RequestDelegate handle)
    {
        foreach (var prefix in Prefixes)
        {
            endpoints.MapMethods($"{prefix}/{area}{path}", methods, handle).Declare(AccessKind.Token, scope, isOfOneModel).WithMetadata(new CallMessages(typeof(TRequest), typeof(TResponse)));
        }
    }
}
