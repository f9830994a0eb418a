using System.Text;
using Google.Protobuf;

namespace MlHub.Onnx;

/// <summary>One field of a protobuf message, to be read at most once.</summary>
internal readonly record struct WireField(uint Tag, CodedInputStream Input)
{
    public int Number => WireFormat.GetTagFieldNumber(Tag);

    private bool IsBlock => WireFormat.GetTagWireType(Tag) == WireFormat.WireType.LengthDelimited;

    public string Text() => Encoding.UTF8.GetString(Input.ReadBytes().Span);

    public byte[] Bytes() => Input.ReadBytes().ToByteArray();

    public long Integer() => Input.ReadInt64();

    /// <summary>Hands over the fields of the message in this field.</summary>
    public void Message(Action<WireField> take) => Each(Input.ReadBytes().CreateCodedInput(), take);

    /// <summary>Whole numbers, packed or one alone.</summary>
    public void Integers(Action<long> take) => Repeated(input => take(input.ReadInt64()));

    /// <summary>Numbers of single precision, packed or one alone.</summary>
    public void Numbers(Action<double> take) => Repeated(input => take(input.ReadFloat()));

    /// <summary>The same of double precision.</summary>
    public void Doubles(Action<double> take) => Repeated(input => take(input.ReadDouble()));

    /// <summary>Hands over each field of a message; what <paramref name="take"/> does not read is left out.</summary>
    public static void Each(CodedInputStream input, Action<WireField> take)
    {
        while (input.ReadTag() is not 0 and var tag)
        {
            var before = input.Position;
            take(new(tag, input));
            if (input.Position == before)
            {
                input.SkipLastField();
            }
        }
    }

    private void Repeated(Action<CodedInputStream> read)
    {
        if (!IsBlock)
        {
            read(Input);
            return;
        }

        var packed = Input.ReadBytes().CreateCodedInput();
        while (!packed.IsAtEnd)
        {
            read(packed);
        }
    }
}
