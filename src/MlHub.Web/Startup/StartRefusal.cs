namespace MlHub.Web.Startup;

/// <summary>What can be wrong with a machine or its settings, told in a sentence instead of a stack trace.</summary>
public static class StartRefusal
{
    /// <summary>The host would log a stack trace of what <see cref="Explain"/> tells in a sentence.</summary>
    public static void KeepQuietAboutFailedStarts(WebApplicationBuilder builder)
    {
        var started = false;
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Warning && (started || level < LogLevel.Error));
        builder.Services.AddHostedService(s => new OnceStarted(s.GetRequiredService<IHostApplicationLifetime>(), () => started = true));
    }

    /// <summary>Null for a defect, which keeps its stack trace.</summary>
    public static string? Explain(Exception e) => e switch
    {
        SettingException or IOException => e.Message,
        System.Data.Common.DbException => $"ConnectionStrings:MlHub does not lead to a database that answers: {e.Message}",
        // EF Core's wrapping of what may pass.
        InvalidOperationException { InnerException: System.Data.Common.DbException inner } => Explain(inner),
        AggregateException { InnerException: { } inner } => Explain(inner),
        _ => null,
    };

    private sealed class OnceStarted(IHostApplicationLifetime life, Action act) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            life.ApplicationStarted.Register(act);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
