using System.Text;
using Google.Protobuf;

namespace MlHub.Onnx;

/// <summary>One field of a protobuf message, to be read once or to be left out.</summary>
internal readonly record struct WireField(uint Tag, CodedInputStream Input)
{
    public int Number => WireFormat.GetTagFieldNumber(Tag);

    private bool IsBlock => WireFormat.GetTagWireType(Tag) == WireFormat.WireType.LengthDelimited;

    public string Text() => Encoding.UTF8.GetString(Input.ReadBytes().Span);

    public long Integer() => Input.ReadInt64();

    public void Skip() => Input.SkipLastField();

    /// <summary>Reads the fields of the message in this field; those that <paramref name="take"/> refuses are left out.</summary>
    public void Message(Func<WireField, bool> take) => Each(Input.ReadBytes().CreateCodedInput(), take);

    /// <summary>Whole numbers, packed or one alone.</summary>
    public void Integers(Action<long> take) => Repeated(input => take(input.ReadInt64()));

    /// <summary>Numbers of single precision, packed or one alone.</summary>
    public void Numbers(Action<double> take) => Repeated(input => take(input.ReadFloat()));

    public static void Each(CodedInputStream input, Func<WireField, bool> take)
    {
        while (input.ReadTag() is not 0 and var tag)
        {
            var field = new WireField(tag, input);
            if (!take(field))
            {
                field.Skip();
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
