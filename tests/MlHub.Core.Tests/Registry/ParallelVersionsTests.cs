using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Registry;

public sealed class ParallelVersionsTests
{
    private const int Callers = 64;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Sixty_four_callers_at_once_get_numbers_without_gaps_or_twins(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.CreateModelAsync("m");

        var made = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(() => database.CreateVersionAsync("m"))));

        var numbers = Enumerable.Range(1, Callers).ToList();
        Assert.Equal(numbers, made.Select(v => v.Version.Number).Order());
        await using var db = database.Hub.Open();
        Assert.Equal(numbers, await db.ModelVersions.OrderBy(v => v.Number).Select(v => v.Number).ToListAsync());
        Assert.Equal(Callers, await db.RegisteredModels.Select(m => m.LastVersion).SingleAsync());
        Assert.Equal(numbers, (await db.Events.Where(e => e.Kind == EventKinds.VersionCreated).Select(e => e.Version!.Value).ToListAsync()).Order());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Of_sixteen_who_create_one_model_in_different_cases_one_does(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        var refusals = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(async () =>
        {
            try
            {
                await database.CreateModelAsync(i % 2 == 0 ? "Twin" : "tWIN");
                return (HubError?)null;
            }
            catch (HubException e)
            {
                return e.Error;
            }
        })));

        Assert.Equal(1, refusals.Count(r => r is null));
        Assert.All(refusals.Where(r => r is not null), r => Assert.Equal(HubError.AlreadyExists, r));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_number_is_never_given_twice(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await database.CreateModelAsync("m");
        await database.CreateVersionAsync("m");
        await database.CreateVersionAsync("m");

        await database.Versions().DeleteAsync(Caller.System, new("m", 2), CancellationToken.None);

        Assert.Equal(3, (await database.CreateVersionAsync("m")).Version.Number);
    }
}
