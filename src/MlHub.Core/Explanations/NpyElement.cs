using System.Buffers.Binary;

namespace MlHub.Explanations;

/// <summary>How a number is stored: its size in bytes, and how it is read from them.</summary>
internal sealed record NpyElement(int Size, NpyElement.Reader Read)
{
    public delegate double Reader(ReadOnlySpan<byte> bytes);

    /// <exception cref="InvalidDataException">Objects, texts and structures are not read: they would have to be unpickled.</exception>
    public static NpyElement Of(string type) => type switch
    {
        "<f8" => new(8, b => BinaryPrimitives.ReadDoubleLittleEndian(b)),
        ">f8" => new(8, b => BinaryPrimitives.ReadDoubleBigEndian(b)),
        "<f4" => new(4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
        ">f4" => new(4, b => BinaryPrimitives.ReadSingleBigEndian(b)),
        "<f2" => new(2, b => (double)BinaryPrimitives.ReadHalfLittleEndian(b)),
        ">f2" => new(2, b => (double)BinaryPrimitives.ReadHalfBigEndian(b)),
        "<i8" => new(8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        ">i8" => new(8, b => BinaryPrimitives.ReadInt64BigEndian(b)),
        "<i4" => new(4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        ">i4" => new(4, b => BinaryPrimitives.ReadInt32BigEndian(b)),
        "<i2" => new(2, b => BinaryPrimitives.ReadInt16LittleEndian(b)),
        ">i2" => new(2, b => BinaryPrimitives.ReadInt16BigEndian(b)),
        "<u8" => new(8, b => BinaryPrimitives.ReadUInt64LittleEndian(b)),
        ">u8" => new(8, b => BinaryPrimitives.ReadUInt64BigEndian(b)),
        "<u4" => new(4, b => BinaryPrimitives.ReadUInt32LittleEndian(b)),
        ">u4" => new(4, b => BinaryPrimitives.ReadUInt32BigEndian(b)),
        "<u2" => new(2, b => BinaryPrimitives.ReadUInt16LittleEndian(b)),
        ">u2" => new(2, b => BinaryPrimitives.ReadUInt16BigEndian(b)),
        "|i1" => new(1, b => (sbyte)b[0]),
        "|u1" or "|b1" => new(1, b => b[0]),
        _ => throw new InvalidDataException($"Values of type '{type}' are not read here."),
    };
}
