using System.Text.Json;

namespace ModelGate.Receiving;

/// <summary>The door: verifies, accepts and answers at once. The work is done behind it.</summary>
public static class WebhookEndpoint
{
    private const int SecondsUntilRoom = 30;

    public static async Task<IResult> ReceiveAsync(HttpContext context, WebhookSignature signature, Inbox inbox, ILogger<Inbox> logger)
    {
        var headers = context.Request.Headers;
        using var read = new MemoryStream();
        await context.Request.Body.CopyToAsync(read, context.RequestAborted);
        var body = read.ToArray();
        if (signature.WhyNot(headers, body) is { } reason)
        {
            logger.LogWarning("A delivery was turned away: {Reason}", reason);
            return Results.Text(reason, statusCode: StatusCodes.Status401Unauthorized);
        }

        try
        {
            return Delivery.OfOrNull(headers["webhook-id"].ToString(), body) is { } delivery
                ? Answer(context, inbox.Accept(delivery))
                : Results.Text("Nothing to do.");
        }
        catch (JsonException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <summary>What is known already is answered well too: the hub would otherwise go on sending it.</summary>
    private static IResult Answer(HttpContext context, Acceptance acceptance)
    {
        if (acceptance == Acceptance.Full)
        {
            context.Response.Headers.RetryAfter = $"{SecondsUntilRoom}";
            return Results.Text("Too much is waiting.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        return Results.Text(acceptance == Acceptance.New ? "Accepted." : "Accepted before.", statusCode: StatusCodes.Status202Accepted);
    }
}
