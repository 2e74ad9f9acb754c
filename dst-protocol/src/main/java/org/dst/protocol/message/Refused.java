package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * The server refuses an attach or a listing. The link ends after it.
 *
 * @param code for the client's reaction
 * @param text for people
 * @param extensions further parameters
 */
public record Refused(RefusalCode code, String text, Extensions extensions) {

  /** Appends the message as the payload of a REFUSED frame. */
  public void encode(ByteBuf out) {
    out.writeShort(code.code());
    Fields.writeText(out, text, Limits.MAX_TEXT);
    extensions.encode(out);
  }

  /** Reads the payload of a REFUSED frame. */
  public static Refused decode(ByteBuf in) throws MalformedException {
    Fields.require(in, 2, "refusal");
    RefusalCode code = RefusalCode.of(in.readUnsignedShort());
    if (code == RefusalCode.NONE) {
      throw new MalformedException("refusal with code 0 (expected: 1 to 65535)");
    }
    return new Refused(
        code, Fields.readString(in, Limits.MAX_TEXT, "refusal text"), Extensions.decode(in));
  }
}
