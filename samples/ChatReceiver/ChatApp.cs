using System.Text.Json;

namespace ChatReceiver;

/// <summary>Stands in for a chat: takes what is sent to an incoming webhook, prints it, and shows the last hundred.</summary>
public static class ChatApp
{
    private const long LargestBody = 256 * 1024;

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(o => (o.AddServerHeader, o.Limits.MaxRequestBodySize) = (false, LargestBody));
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddSingleton<Messages>();
        builder.Services.AddSingleton(TimeProvider.System);
        var app = builder.Build();
        app.MapPost("/{**path}", ReceiveAsync);
        app.MapGet("/messages", (Messages messages) => messages.Newest);
        app.MapGet("/", Show);
        return app;
    }

    /// <summary>Answers as Slack does: <c>ok</c>, or one word for what is wrong.</summary>
    private static async Task<IResult> ReceiveAsync(HttpContext context, Messages messages, TimeProvider clock)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            if (ChatMessage.ReadOrNull(body.RootElement, clock.GetUtcNow()) is not { } message)
            {
                return Results.Text("no_text", statusCode: StatusCodes.Status400BadRequest);
            }

            messages.Add(message);
            await Console.Out.WriteLineAsync($"{message.At:HH:mm:ss} {message.Text}{string.Concat(message.Links.Select(l => $"\n         {l.Text}: {l.Url}"))}");
            return Results.Text("ok");
        }
        catch (JsonException)
        {
            return Results.Text("invalid_payload", statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static IResult Show(HttpContext context, Messages messages)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Text(MessagesPage.Write(messages.Newest), "text/html");
    }
}
