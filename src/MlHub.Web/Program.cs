using MlHub.Web.Audit;
using MlHub.Web.Startup;

try
{
    if (AuditCommand.Is(args))
    {
        return await AuditCommand.RunAsync(args);
    }

    // Settings and pages lie beside the program; relative paths in settings are the caller's.
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.AddMlHub(args);
    var app = builder.Build();
    app.UseMlHub();
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (StartRefusal.Explain(e) is { } sentence)
{
    await Console.Error.WriteLineAsync($"MlHub cannot start. {sentence}");
    return 1;
}

public partial class Program;
