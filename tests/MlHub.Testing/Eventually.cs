using System.Diagnostics;

namespace MlHub.Testing;

/// <summary>Waits for what another thread or process brings about, and no longer than it takes.</summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(60);
        for (var waited = Stopwatch.StartNew(); !await condition();)
        {
            if (waited.Elapsed > limit)
            {
                throw new TimeoutException($"It did not become true within {limit.TotalSeconds} seconds.");
            }

            await Task.Delay(10);
        }
    }

    public static Task TrueAsync(Func<bool> condition, TimeSpan? within = null) => TrueAsync(() => Task.FromResult(condition()), within);

    /// <summary>What is read, as soon as it is what is waited for.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T>> read, Func<T, bool> until)
    {
        var found = await read();
        await TrueAsync(async () => until(found = await read()));
        return found;
    }
}
