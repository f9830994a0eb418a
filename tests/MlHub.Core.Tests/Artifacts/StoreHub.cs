using Microsoft.Extensions.DependencyInjection;
using MlHub.Artifacts;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>The whole program over an empty store of one kind, with Ann who logs and Ada who administers.</summary>
public sealed class StoreHub : IAsyncDisposable
{
    private StoreHub(TestBlobStore blobs, TestHub hub, HttpClient ann, HttpClient ada) => (Blobs, Hub, Ann, Ada) = (blobs, hub, ann, ada);

    public TestBlobStore Blobs { get; }
    public TestHub Hub { get; }
    public HttpClient Ann { get; }
    public HttpClient Ada { get; }

    public static async Task<StoreHub> StartAsync(BlobStoreKind kind, params (string Key, string Value)[] settings)
    {
        var blobs = TestBlobStore.Create(kind);
        var hub = new TestHub(settings) { Replace = s => s.AddSingleton(blobs.Store) };
        return new(blobs, hub, await hub.ProgramOfAsync("ann"), await hub.ProgramOfAsync("ada", isAdmin: true));
    }

    public T Get<T>()
        where T : notnull =>
        Hub.Services.GetRequiredService<T>();

    public async Task<(string Experiment, string Run)> GivenRunAsync()
    {
        var experiment = await Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        return (experiment, await Ann.GivenRunAsync(experiment));
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Blobs.DisposeAsync();
    }
}
