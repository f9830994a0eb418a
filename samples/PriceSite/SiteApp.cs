using System.Net.Http.Headers;
using System.Net.Mime;
using System.Text;
using System.Text.Json;

namespace PriceSite;

/// <summary>Puts the site together: <c>/</c> for people, <c>/price</c> for programs, both with the home in the address.</summary>
public static class SiteApp
{
    private const string Policy = "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private const int LargestAnswer = 64 * 1024;
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(10);

    /// <exception cref="SiteSettingsException">Names every setting that is missing or wrong.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var settings = SiteSettings.Read(builder.Configuration);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(o => o.AddServerHeader = false);
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(_ => Open(settings));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<PricingModel>();
        var app = builder.Build();
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            (headers.ContentSecurityPolicy, headers.XContentTypeOptions, headers.CacheControl, headers["Referrer-Policy"]) = (Policy, "nosniff", "no-store", "no-referrer");
            return next(context);
        });
        app.MapGet("/", ShowAsync);
        app.MapGet("/price", AnswerAsync);
        app.MapGet("/site.css", () => Results.Stream(typeof(SiteApp).Assembly.GetManifestResourceStream("site.css")!, "text/css"));
        return app;
    }

    private static async Task<IResult> ShowAsync(HttpContext context, SiteSettings settings, PricingModel model)
    {
        var home = Home.Usual;
        try
        {
            home = Home.Read(context.Request.Query);
            return Page(StatusCodes.Status200OK, PricePage.Write(settings, home, await model.AskAsync(home, context.RequestAborted), null, null));
        }
        catch (FormatException e)
        {
            return Page(StatusCodes.Status400BadRequest, PricePage.Write(settings, home, null, e.Message, null));
        }
        catch (NoQuoteException e)
        {
            return Page(StatusCodes.Status503ServiceUnavailable, PricePage.Write(settings, home, null, e.Message, e.HubSays));
        }
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, PricingModel model)
    {
        try
        {
            var quote = await model.AskAsync(Home.Read(context.Request.Query), context.RequestAborted);
            return Results.Json(new { quote.Price, Currency = "USD", quote.Version, quote.Milliseconds });
        }
        catch (FormatException e)
        {
            return Results.Json(new { Error = e.Message }, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (NoQuoteException e)
        {
            return Results.Json(new { Error = e.Message, HubStatus = (int?)e.HubStatus, e.HubSays }, statusCode: StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static IResult Page(int status, string html) => Results.Text(html, MediaTypeNames.Text.Html, Encoding.UTF8, status);

    private static HttpClient Open(SiteSettings settings)
    {
        // A redirect would take the token along to wherever it leads.
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = settings.Hub, Timeout = LongestAnswer, MaxResponseContentBufferSize = LargestAnswer };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", settings.Token);
        return http;
    }
}
