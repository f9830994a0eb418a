using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using MlHub.Events;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>Receivers that hang cost the others nothing.</summary>
public sealed class FairnessTests
{
    private const int Healthy = 100, Hanging = 900, Events = 10;

    [Fact]
    public async Task Nine_hundred_hanging_receivers_do_not_delay_the_other_hundred()
    {
        var (born, waits) = (new ConcurrentDictionary<string, long>(), new ConcurrentBag<double>());
        var sender = new ScriptedSender(async (m, cancel) =>
        {
            if (m.Url.Host == "hangs.example")
            {
                await Task.Delay(TimeSpan.FromSeconds(15), cancel);
                return new(null, "The receiver did not answer.", null, null, null, null, null, null, 15_000, "");
            }

            waits.Add(Stopwatch.GetElapsedTime(born[Number(m)]).TotalSeconds);
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
            born[(i + 1).ToString(CultureInfo.InvariantCulture)] = Stopwatch.GetTimestamp();
            await scene.HappenedAsync();
            await (i == 0 ? Eventually.TrueAsync(() => waits.Count == Healthy, TimeSpan.FromSeconds(60)) : Task.Delay(500));
        }

        await Eventually.TrueAsync(() => waits.Count == Healthy * (1 + Events), TimeSpan.FromSeconds(60));
        Assert.InRange(waits.Max(), 0, 10);
        var inOrder = waits.Order().ToList();
        Assert.True(inOrder[inOrder.Count * 95 / 100] < 2, $"95 of 100 waited up to {inOrder[inOrder.Count * 95 / 100]:0.00} s, the slowest {inOrder[^1]:0.00} s");
    }

    private static string Number(OutgoingMessage message) =>
        System.Text.Json.JsonDocument.Parse(message.Body).RootElement.GetProperty("data").GetProperty("version").ToString();
}
