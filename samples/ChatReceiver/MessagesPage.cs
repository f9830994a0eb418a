using System.Globalization;
using System.Net;
using System.Text;

namespace ChatReceiver;

/// <summary>The messages as a plain page.</summary>
public static class MessagesPage
{
    private const string Head =
        """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta name="viewport" content="width=device-width, initial-scale=1">
          <title>#mlops</title>
          <style>
            :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
            body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
            article { border-left: 3px solid #4a8; margin: 1rem 0; padding: 0 0 0 1rem; overflow-wrap: anywhere; white-space: pre-line; }
            time { color: GrayText; font-size: 0.85em; }
          </style>
        </head>
        <body>
          <h1>#mlops</h1>
        """;

    /// <summary>Everything that was sent is encoded; nothing of it becomes markup.</summary>
    public static string Write(IReadOnlyList<ChatMessage> messages)
    {
        var page = new StringBuilder(Head);
        page.Append(messages.Count == 0 ? "<p>Nothing was sent yet. This page is read again by hand.</p>" : "");
        foreach (var message in messages)
        {
            page.Append(CultureInfo.InvariantCulture, $"<article><time>{message.At:yyyy-MM-dd HH:mm:ss} UTC</time>\n{WebUtility.HtmlEncode(message.Text)}");
            foreach (var link in message.Links)
            {
                page.Append(CultureInfo.InvariantCulture, $"\n<a href=\"{WebUtility.HtmlEncode(link.Url)}\">{WebUtility.HtmlEncode(link.Text)}</a>");
            }

            page.Append("</article>");
        }

        return page.Append("</body></html>").ToString();
    }
}
