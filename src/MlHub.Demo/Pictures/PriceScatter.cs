using System.Globalization;

namespace MlHub.Demo.Pictures;

/// <summary>A picture of predicted against actual prices: the closer the dots to the diagonal, the better the model.</summary>
internal static class PriceScatter
{
    public const int Width = 800;
    public const int Height = 600;

    private const int Left = 90;
    private const int Top = 70;
    private const int Right = 770;
    private const int Bottom = 530;
    private const double TickStep = 100_000;

    private static readonly Colour Ink = new(0x33, 0x41, 0x55);
    private static readonly Colour Faint = new(0xE2, 0xE8, 0xF0);
    private static readonly Colour Diagonal = new(0x94, 0xA3, 0xB8);
    private static readonly Colour Dot = new(0x25, 0x63, 0xEB);

    public static byte[] Draw(string title, IReadOnlyList<float> actual, IReadOnlyList<float> predicted)
    {
        Scale scale = Scale.Over([.. actual.Concat(predicted).Where(float.IsFinite)]);
        var canvas = new Canvas(Width, Height);
        DrawGrid(canvas, scale);
        canvas.Line(scale.X(scale.Low), scale.Y(scale.Low), scale.X(scale.High), scale.Y(scale.High), Diagonal);
        for (int row = 0; row < actual.Count; row++)
        {
            if (float.IsFinite(predicted[row]))
            {
                canvas.Disc(scale.X(actual[row]), scale.Y(predicted[row]), 4, Dot, 0.45);
            }
        }

        canvas.Text(Left, 18, title, Ink);
        canvas.Text(Left, 46, "predicted price", Diagonal, 1);
        canvas.Text(Right - "actual price".Length * PixelFont.Advance, 572, "actual price", Diagonal, 1);
        return canvas.ToPng();
    }

    private static void DrawGrid(Canvas canvas, Scale scale)
    {
        for (double price = scale.Low; price <= scale.High; price += scale.Step)
        {
            string label = string.Create(CultureInfo.InvariantCulture, $"{(price < 0 ? "-" : "")}${Math.Abs(price) / 1000:0}k");
            int width = label.Length * PixelFont.Advance;
            canvas.Rectangle(Left, (int)scale.Y(price), Right - Left, 1, Faint);
            canvas.Rectangle((int)scale.X(price), Top, 1, Bottom - Top, Faint);
            canvas.Text(Left - width - 8, (int)scale.Y(price) - 3, label, Ink, 1);
            canvas.Text((int)scale.X(price) - width / 2, Bottom + 12, label, Ink, 1);
        }
    }

    private sealed record Scale(double Low, double High, double Step)
    {
        /// <summary>About ten steps of round prices that hold all of these and zero.</summary>
        public static Scale Over(IReadOnlyList<float> prices)
        {
            double least = Math.Min(0, prices.Min());
            double most = Math.Max(TickStep, prices.Max());
            double step = Math.Max(1, Math.Round((most - least) / TickStep / 10)) * TickStep;
            return new Scale(Math.Floor(least / step) * step, Math.Ceiling(most / step) * step, step);
        }

        public double X(double price) => Left + (price - Low) / (High - Low) * (Right - Left);

        public double Y(double price) => Bottom - (price - Low) / (High - Low) * (Bottom - Top);
    }
}
