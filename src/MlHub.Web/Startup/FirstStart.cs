using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using MlHub.Web.Access;

namespace MlHub.Web.Startup;

/// <summary>What a new hub does once it listens: makes or invites the first administrator, and starts the demo where asked.</summary>
public sealed class FirstStart(
    HubSettings settings, SetUp setUp, IServiceScopeFactory scopes, IServer server, IHostApplicationLifetime life, ILogger<FirstStart> logger) : IHostedService
{
    public const string AdminName = "admin";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Access == AccessMode.Accounts && settings.AdminPassword is { } password)
        {
            await CreateAdminAsync(password, cancellationToken);
        }

        life.ApplicationStarted.Register(() => _ = GreetAsync(life.ApplicationStopping));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task GreetAsync(CancellationToken cancel)
    {
        try
        {
            var address = new Uri(server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() ?? "http://127.0.0.1:5000");
            if (settings.Demo)
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<DemoStart>().RunAsync(address, cancel);
            }
            else if (settings.Access == AccessMode.Accounts && await setUp.BeginOrNullAsync(cancel) is { } code)
            {
                await Console.Out.WriteLineAsync($"\n  Welcome to MlHub. Make the first administrator here, within 30 minutes:\n  {address}set-up?code={code}\n");
            }
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e)
        {
            logger.LogError(e, "The first start could not be finished.");
        }
    }

    private async Task CreateAdminAsync(string password, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<People>();
        if (await people.FindOrNullAsync(AdminName) is null)
        {
            try
            {
                await people.CreateAsync(Caller.System, AdminName, password, isAdmin: true, cancel);
            }
            catch (HubException e)
            {
                throw new SettingException("MLHUB_ADMIN_PASSWORD", $"will not do: {e.Message.TrimEnd('.')}");
            }
        }
    }
}
