using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Events;

/// <summary>The end of the chain's worker.</summary>
public sealed class EventChainEndTests
{
    [Fact]
    public async Task A_second_stop_when_all_is_disposed_complains_of_nothing()
    {
        var complaints = new Complaints();
        EventChainWorker worker;
        await using (var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite))
        {
            worker = new(database.Hub, database.Services.GetRequiredService<EventSignal>(), TimeProvider.System, complaints);
            await worker.StartAsync(CancellationToken.None);
            await worker.StopAsync(CancellationToken.None);
        }

        await worker.StopAsync(CancellationToken.None);
        worker.Dispose();

        Assert.Empty(complaints.Heard);
    }

    private sealed class Complaints : ILogger<EventChainWorker>
    {
        public List<string> Heard { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Heard.Add($"{formatter(state, exception)} {exception}");
            }
        }
    }
}
