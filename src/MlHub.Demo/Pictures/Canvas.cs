namespace MlHub.Demo.Pictures;

/// <summary>A white sheet of pixels to draw on, with smooth edges.</summary>
internal sealed class Canvas
{
    private readonly byte[] _rgb;

    public Canvas(int width, int height)
    {
        Width = width;
        Height = height;
        _rgb = new byte[width * height * 3];
        Array.Fill(_rgb, byte.MaxValue);
    }

    public int Width { get; }

    public int Height { get; }

    public byte[] ToPng() => PngImage.Encode(Width, Height, _rgb);

    public void Rectangle(int left, int top, int width, int height, Colour colour)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                Blend(x, y, colour, 1);
            }
        }
    }

    public void Disc(double x, double y, double radius, Colour colour, double opacity)
    {
        for (int row = (int)(y - radius - 1); row <= y + radius + 1; row++)
        {
            for (int column = (int)(x - radius - 1); column <= x + radius + 1; column++)
            {
                double inside = radius + 0.5 - Math.Sqrt((column - x) * (column - x) + (row - y) * (row - y));
                Blend(column, row, colour, opacity * Math.Clamp(inside, 0, 1));
            }
        }
    }

    public void Line(double fromX, double fromY, double toX, double toY, Colour colour)
    {
        int steps = (int)Math.Ceiling(Math.Max(Math.Abs(toX - fromX), Math.Abs(toY - fromY)));
        for (int step = 0; step <= steps; step++)
        {
            double x = fromX + (toX - fromX) * step / Math.Max(1, steps);
            double y = fromY + (toY - fromY) * step / Math.Max(1, steps);
            Disc(x, y, 0.5, colour, 0.6);
        }
    }

    public void Text(int left, int top, string text, Colour colour, int scale = 2)
    {
        foreach (char letter in text)
        {
            foreach ((int x, int y) in PixelFont.PixelsOf(letter))
            {
                Rectangle(left + x * scale, top + y * scale, scale, scale, colour);
            }

            left += PixelFont.Advance * scale;
        }
    }

    private void Blend(int x, int y, Colour colour, double opacity)
    {
        if (x < 0 || y < 0 || x >= Width || y >= Height)
        {
            return;
        }

        Span<byte> pixel = _rgb.AsSpan((y * Width + x) * 3, 3);
        pixel[0] = Mix(pixel[0], colour.Red, opacity);
        pixel[1] = Mix(pixel[1], colour.Green, opacity);
        pixel[2] = Mix(pixel[2], colour.Blue, opacity);
    }

    private static byte Mix(byte under, byte over, double opacity) => (byte)Math.Round(under + (over - under) * opacity);
}
