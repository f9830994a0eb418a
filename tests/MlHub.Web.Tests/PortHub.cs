using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;

namespace MlHub.Web.Tests;

/// <summary>One hub on a real port of this machine for all tests of a class.</summary>
public sealed class PortHub : TestHub, IAsyncLifetime
{
    public PortHub() => UseKestrel(0);

    public Uri Address { get; private set; } = null!;
    public string AnnsToken { get; private set; } = "";
    public HttpClient Ann { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        StartServer();
        Address = new(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        AnnsToken = await GivenTokenAsync(await GivenUserAsync("ann"), Scopes.All & ~Scopes.Admin);
        Ann = new HttpClient { BaseAddress = Address };
        Ann.DefaultRequestHeaders.Authorization = new("Bearer", AnnsToken);
    }

    /// <summary>A new experiment of Ann's with one run.</summary>
    public async Task<(string Experiment, string Run)> GivenRunAsync()
    {
        var experiment = await Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        return (experiment, await Ann.GivenRunAsync(experiment, "first"));
    }
}
