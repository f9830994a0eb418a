using System.Buffers.Binary;
using System.IO.Compression;

namespace MlHub.Demo.Pictures;

/// <summary>Writes 8-bit RGB pixels as a PNG file (PNG specification: signature, IHDR, IDAT, IEND, each chunk with its CRC-32).</summary>
internal static class PngImage
{
    private const int BytesPerPixel = 3;

    private static readonly uint[] CrcTable = [.. Enumerable.Range(0, 256).Select(CrcOf)];

    public static byte[] Encode(int width, int height, ReadOnlySpan<byte> rgb)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(png, "IHDR"u8, Header(width, height));
        WriteChunk(png, "IDAT"u8, Compress(width, height, rgb));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Header(int width, int height)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits a channel
        header[9] = 2; // colour type: RGB
        return header;
    }

    private static byte[] Compress(int width, int height, ReadOnlySpan<byte> rgb)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
        {
            int stride = width * BytesPerPixel;
            for (int row = 0; row < height; row++)
            {
                zlib.WriteByte(0); // filter of this row: none
                zlib.Write(rgb.Slice(row * stride, stride));
            }
        }

        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] typed = [.. type, .. data];
        WriteInteger(png, (uint)data.Length);
        png.Write(typed);
        WriteInteger(png, Crc(typed));
    }

    private static void WriteInteger(MemoryStream png, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        png.Write(bytes);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc = CrcTable[(byte)(crc ^ value)] ^ crc >> 8;
        }

        return ~crc;
    }

    private static uint CrcOf(int value)
    {
        uint crc = (uint)value;
        for (int bit = 0; bit < 8; bit++)
        {
            crc = (crc & 1) == 1 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }

        return crc;
    }
}
