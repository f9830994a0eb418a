using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace MlHub.Demo.Tests.Pictures;

/// <summary>Reads a PNG file of unfiltered RGB rows and checks each chunk's CRC bit by bit.</summary>
internal sealed class PngReader
{
    private static readonly byte[] Signature = [137, 80, 78, 71, 13, 10, 26, 10];

    public PngReader(byte[] png)
    {
        Assert.Equal(Signature, png[..8]);
        var data = new MemoryStream();
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            byte[] typed = png[(at + 4)..(at + 8 + length)];
            Assert.Equal(Crc(typed), BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at + 8 + length)));
            Chunks.Add(Encoding.ASCII.GetString(typed, 0, 4));
            data.Write(Chunks[^1] == "IDAT" ? typed.AsSpan(4) : []);
            at += 12 + length;
        }

        Width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        Height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        data.Position = 0;
        using var zlib = new ZLibStream(data, CompressionMode.Decompress);
        using var pixels = new MemoryStream();
        zlib.CopyTo(pixels);
        Rows = pixels.ToArray();
    }

    public List<string> Chunks { get; } = [];

    public int Width { get; }

    public int Height { get; }

    /// <summary>Each row is a filter byte and three bytes a pixel.</summary>
    public byte[] Rows { get; }

    public (byte Red, byte Green, byte Blue) Pixel(int x, int y)
    {
        int at = y * (1 + 3 * Width) + 1 + 3 * x;
        return (Rows[at], Rows[at + 1], Rows[at + 2]);
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
            }
        }

        return ~crc;
    }
}
