using System.Collections.Concurrent;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>Receivers that hang for ever keep nothing from the others. How long these wait is a matter for the bench.</summary>
public sealed class FairnessTests
{
    private const int Healthy = 100, Hanging = 900, Events = 4;

    [Fact]
    public async Task Nine_hundred_hanging_receivers_do_not_delay_the_other_hundred()
    {
        var (answered, ended) = (new ConcurrentBag<string>(), 0);
        var sender = new ScriptedSender(async (m, cancel) =>
        {
            if (m.Url.Host == "hangs.example")
            {
                try
                {
                    await Task.Delay(Timeout.Infinite, cancel);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }
            }

            answered.Add($"{m.Url.AbsolutePath} {Number(m)}");
            return ScriptedSender.Answered(200);
        });
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenAdminAsync(scene.Mia);
        await scene.Database.Hub.WriteAsync(
            db =>
            {
                for (var i = 0; i < Healthy + Hanging; i++)
                {
                    db.Add(scene.NewWebhook($"https://{(i % 10 == 0 ? "works" : "hangs")}.example/{i}", modelId: null));
                }

                return Task.CompletedTask;
            },
            default);
        await scene.StartNodeAsync(sender);

        // Of the first one nobody knows yet who will hang.
        for (var i = 0; i <= Events; i++)
        {
            await scene.HappenedAsync();
            await Eventually.TrueAsync(() => answered.Count >= Healthy * (i + 1), TimeSpan.FromSeconds(60));
        }

        Assert.Equal(Healthy * (1 + Events), answered.Distinct().Count());
        Assert.Equal(0, Volatile.Read(ref ended));
    }

    private static string Number(OutgoingMessage message) =>
        System.Text.Json.JsonDocument.Parse(message.Body).RootElement.GetProperty("data").GetProperty("version").ToString();
}
