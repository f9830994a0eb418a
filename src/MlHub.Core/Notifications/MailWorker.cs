using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Notifications;

/// <summary>
/// Mails notifications. It runs on every node. A mail is sent at least once within a day of the news: the notifications are marked
/// after the server took it, so a crash between the two sends it again.
/// </summary>
public sealed class MailWorker(
    HubDbFactory hub, IMailSender sender, MailSettings settings, MailLinks links, TimeProvider clock, ILogger<MailWorker> logger) : BackgroundService
{
    private const int AtOnce = 4, SettleAttempts = 10;

    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    private readonly MailQueue _queue = new(hub, clock);
    private readonly MailText _text = new(settings, links);

    /// <summary>Mails once to everybody for whom it is time; the failure of one mail stops no other.</summary>
    public async Task SendDueAsync(CancellationToken cancel)
    {
        var failures = new ConcurrentQueue<Exception>();
        var people = await _queue.DuePeopleAsync(cancel);
        await Parallel.ForEachAsync(people, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (person, stop) =>
        {
            try
            {
                await SendToAsync(person, stop);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                failures.Enqueue(e);
            }
        });
        if (failures.TryPeek(out var first))
        {
            logger.LogWarning("{Count} mails could not be sent through {Host} and will be tried again: {Reason}", failures.Count, settings.Host, (first.InnerException ?? first).Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendDueAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Could not read whom to mail");
            }

            await Task.Delay(Pace, clock, stoppingToken);
        }
    }

    private async Task SendToAsync(Guid person, CancellationToken cancel)
    {
        if (await _queue.ClaimOrNullAsync(person, cancel) is not { } claimed)
        {
            return;
        }

        try
        {
            if (_text.ComposeOrNull(claimed) is { } mail)
            {
                await sender.SendAsync(mail, cancel);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await _queue.PostponeAsync(claimed, cancel);
            throw;
        }

        await SettleAsync(claimed);
    }

    /// <summary>Stubborn, and even when the hub stops now: the server has the mail and should not get it twice.</summary>
    private async Task SettleAsync(ClaimedMail claimed)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await _queue.SettleAsync(claimed, CancellationToken.None);
                return;
            }
            catch (Exception e) when (attempt < SettleAttempts)
            {
                logger.LogDebug(e, "A sent mail could not be marked; trying again.");
                await Task.Delay(Random.Shared.Next(50, 200 * attempt), CancellationToken.None);
            }
        }
    }
}
