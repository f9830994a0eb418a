namespace MlHub.Web.Startup;

/// <summary>
/// Takes <c>//get-artifact</c> for <c>/get-artifact</c>, as MLflow's server does: clients put addresses together from parts.
/// It comes before everything else, routing included, so that all rules see the address that is answered.
/// </summary>
public sealed class DoubledSlashes : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            if (context.Request.Path.Value is ['/', '/', ..] path)
            {
                context.Request.Path = $"/{path.TrimStart('/')}";
            }

            return rest(context);
        });
        next(app);
    };
}
