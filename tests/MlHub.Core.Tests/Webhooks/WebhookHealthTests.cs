using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

public sealed class WebhookHealthTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly SendResult Down = ScriptedSender.Answered(500);

    private readonly Webhook _webhook = new()
    {
        PublicId = "w",
        Family = WebhookFamily.Hub,
        Target = WebhookTarget.Mlflow,
        Name = "w",
        Url = "https://tools.example/",
        Status = WebhookStatus.Active,
        Events = [],
        OwnerId = Guid.Empty,
        CreatedAt = Start,
        UpdatedAt = Start,
        SinceSeq = 0,
    };

    [Fact]
    public void The_schedule_is_that_of_Standard_Webhooks_within_a_fifth()
    {
        var middle = Enumerable.Range(1, 9).Select(made => DeliverySchedule.WaitOrNull(made, null, 0.5)!.Value).ToList();

        Assert.Equal(new TimeSpan(75, 35, 5), middle.Aggregate((a, b) => a + b));
        Assert.Equal((TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(6)), (DeliverySchedule.WaitOrNull(1, null, 0)!.Value, DeliverySchedule.WaitOrNull(1, null, 1)!.Value));
        Assert.Null(DeliverySchedule.WaitOrNull(10, null, 0.5));
    }

    [Fact]
    public void Retry_after_lengthens_a_wait_up_to_a_day_and_never_shortens_it()
    {
        Assert.Equal(TimeSpan.FromHours(3), DeliverySchedule.WaitOrNull(1, TimeSpan.FromHours(3), 0.5));
        Assert.Equal(TimeSpan.FromHours(24), DeliverySchedule.WaitOrNull(1, TimeSpan.FromDays(400), 0.5));
        Assert.Equal(TimeSpan.FromMinutes(5), DeliverySchedule.WaitOrNull(2, TimeSpan.FromSeconds(1), 0.5));
    }

    [Fact]
    public void The_circuit_opens_at_the_fourth_failure_and_each_probe_that_fails_doubles_the_pause_up_to_a_day()
    {
        var at = Start;
        for (var i = 0; i < 3; i++)
        {
            WebhookHealth.Failed(_webhook, at, Down, isProbe: false);
            Assert.Null(_webhook.PausedUntil);
        }

        List<TimeSpan> pauses = [];
        WebhookHealth.Failed(_webhook, at, Down, isProbe: false);
        while (pauses.Count < 14)
        {
            pauses.Add(_webhook.PausedUntil!.Value - at);
            at = _webhook.PausedUntil!.Value;
            _webhook.FailingSince = at;
            WebhookHealth.Failed(_webhook, at, Down, isProbe: true);
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440, 1440], pauses.Select(p => p.TotalMinutes));
    }

    [Fact]
    public void What_was_under_way_when_the_circuit_opened_does_not_lengthen_the_pause()
    {
        for (var i = 0; i < 9; i++)
        {
            WebhookHealth.Failed(_webhook, Start, Down, isProbe: false);
        }

        Assert.Equal((4, Start.AddMinutes(1)), (_webhook.FailuresInARow, _webhook.PausedUntil));
    }

    [Fact]
    public void A_success_closes_the_circuit()
    {
        for (var i = 0; i < 4; i++)
        {
            WebhookHealth.Failed(_webhook, Start, Down, isProbe: false);
        }

        WebhookHealth.Succeeded(_webhook, Start.AddMinutes(1));

        Assert.Equal((0, null, null), (_webhook.FailuresInARow, _webhook.PausedUntil, _webhook.FailingSince));
        Assert.Equal(Start.AddMinutes(1), _webhook.LastSuccessAt);
    }

    [Fact]
    public void Five_days_of_failures_end_it_and_the_clock_starts_with_the_second_within_a_day()
    {
        Assert.Null(WebhookHealth.Failed(_webhook, Start, Down, isProbe: false));
        Assert.Null(_webhook.FailingSince);
        Assert.Null(WebhookHealth.Failed(_webhook, Start.AddHours(1), Down, isProbe: false));
        Assert.Null(WebhookHealth.Failed(_webhook, Start.AddHours(1).AddDays(5).AddSeconds(-1), Down, isProbe: false));

        Assert.Contains("five days", WebhookHealth.Failed(_webhook, Start.AddHours(1).AddDays(5), Down, isProbe: false), StringComparison.Ordinal);
    }

    [Fact]
    public void Single_failures_days_apart_never_end_it()
    {
        for (var day = 0; day < 30; day += 2)
        {
            Assert.Null(WebhookHealth.Failed(_webhook, Start.AddDays(day), Down, isProbe: true));
        }
    }

    [Theory]
    [InlineData(429)]
    [InlineData(503)]
    public void A_receiver_that_asks_for_time_is_left_alone_with_everything(int status)
    {
        WebhookHealth.Failed(_webhook, Start, ScriptedSender.Answered(status, TimeSpan.FromHours(2)), isProbe: false);

        Assert.Equal(Start.AddHours(2), _webhook.PausedUntil);
    }
}
