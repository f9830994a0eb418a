using System.Runtime.InteropServices;
using MlHub.Web.Startup;

// SIGXFSZ: a write beyond a limit of file size then fails, as on a full disk, and does not end the process.
using var overlong = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)25, signal => signal.Cancel = true);
var command = Commands.FindOrNull(args);
try
{
    if (command is not null)
    {
        return await command(args);
    }

    // Settings and pages lie beside the program; relative paths in settings are the caller's. A switch without a value would swallow the setting after it.
    var settings = args.Where(a => a != "--demo").ToArray();
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = settings, ContentRootPath = AppContext.BaseDirectory });
    builder.AddMlHub(args);
    await using var app = builder.Build();
    app.UseMlHub();
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // What works in the background already would else find that everything was disposed of.
        await app.StopAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw;
    }

    await app.WaitForShutdownAsync();
    return 0;
}
catch (OperationCanceledException)
{
    // Asked to stop before it had started.
    return 0;
}
catch (Exception e) when (StartRefusal.Explain(e) is { } sentence)
{
    await Console.Error.WriteLineAsync(command is null ? $"MlHub cannot start. {sentence}" : sentence);
    return 1;
}

public partial class Program;
