using MlHub.Access;

namespace MlHub.Web.Tests;

/// <summary>One hub for all tests of a class. Ann makes what there is, Bob has no grant on any of it, Ada is the administrator.</summary>
public sealed class SharedHub : TestHub, IAsyncLifetime
{
    public HttpClient Ann { get; private set; } = null!;
    public HttpClient Bob { get; private set; } = null!;
    public HttpClient Ada { get; private set; } = null!;
    public Caller AnnAsCaller { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        AnnAsCaller = await GivenUserAsync("ann");
        Ann = Bearer(await GivenTokenAsync(AnnAsCaller, Scopes.All & ~Scopes.Admin));
        Bob = await ProgramOfAsync("bob");
        Ada = await ProgramOfAsync("ada", isAdmin: true);
    }

    /// <summary>A new experiment of Ann's with one run.</summary>
    public async Task<(string Experiment, string Run)> GivenRunAsync()
    {
        var experiment = await Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        return (experiment, await Ann.GivenRunAsync(experiment, "first"));
    }
}
