using System.Buffers.Binary;

namespace MlHub.Scoring.Workers;

/// <summary>
/// What travels between the hub and a worker: the body's length (32 bits), an id (64), a code (16), the body; all little-endian. An answer
/// has the id of its request. The code is the request's form or the answer's status; id 0 is the plan and the answer to it.
/// </summary>
internal readonly record struct Frame(ulong Id, ushort Code, ReadOnlyMemory<byte> Body)
{
    /// <summary>In an answer's code: the body begins with the length of its JSON (32 bits), since raw tensors follow.</summary>
    public const ushort HasRawTensors = 0x8000;

    private const int Head = 14;
    private const int Joined = 64 * 1024;

    /// <summary>Null at the end of the stream.</summary>
    /// <exception cref="InvalidDataException">For a body longer than allowed.</exception>
    public static Frame? Read(Stream stream, int most)
    {
        Span<byte> head = stackalloc byte[Head];
        if (stream.ReadAtLeast(head, Head, throwOnEndOfStream: false) < Head)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(head);
        var body = length <= most ? new byte[length] : throw new InvalidDataException($"A frame of {length} bytes is longer than the {most} that are read.");
        return stream.ReadAtLeast(body, body.Length, throwOnEndOfStream: false) < body.Length
            ? null
            : new(BinaryPrimitives.ReadUInt64LittleEndian(head[4..]), BinaryPrimitives.ReadUInt16LittleEndian(head[12..]), body);
    }

    /// <summary>One write for small frames: each is a call of the system.</summary>
    public void Write(Stream stream)
    {
        Span<byte> head = stackalloc byte[Head];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)Body.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(head[4..], Id);
        BinaryPrimitives.WriteUInt16LittleEndian(head[12..], Code);
        if (Body.Length > Joined)
        {
            stream.Write(head);
            stream.Write(Body.Span);
        }
        else
        {
            var whole = System.Buffers.ArrayPool<byte>.Shared.Rent(Head + Body.Length);
            head.CopyTo(whole);
            Body.Span.CopyTo(whole.AsSpan(Head));
            stream.Write(whole, 0, Head + Body.Length);
            System.Buffers.ArrayPool<byte>.Shared.Return(whole);
        }

        stream.Flush();
    }
}
