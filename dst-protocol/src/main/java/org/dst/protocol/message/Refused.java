package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.UUID;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;

/**
 * REFUSED: the server refuses an attach or a listing. The link ends afterwards.
 *
 * @param code tells the client how to react
 * @param text human-readable reason
 * @param extensions optional parameters
 */
public record Refused(RefusalCode code, String text, Extensions extensions) {
  /** Extension: the identity of the server's store; 16 bytes. */
  public static final int STORE_IDENTITY = 1;

  /**
   * A refusal that names the server's store.
   *
   * @param store the identity of the store; null to omit it
   */
  public static Refused of(RefusalCode code, String text, UUID store) {
    return new Refused(
        code,
        text,
        store == null
            ? Extensions.NONE
            : Extensions.NONE.with(STORE_IDENTITY, Attach.identityBytes(store)));
  }

  /**
   * The identity of the store that the server serves under the export's name; null if not sent.
   *
   * @throws MalformedException if the extension is present but not 16 bytes long
   */
  public UUID storeIdentity() throws MalformedException {
    byte[] value = extensions.get(STORE_IDENTITY);
    if (value == null) {
      return null;
    }
    if (value.length != 16) {
      throw new MalformedException(
          "store identity of %d bytes (expected: 16)".formatted(value.length));
    }
    return WireFields.uuidOf(value);
  }

  /** Appends the message as the payload of a REFUSED frame. */
  public void encode(ByteBuf out) {
    out.writeShort(code.code());
    WireFields.writeText(out, text, Limits.MAX_TEXT);
    extensions.encode(out);
  }

  /** Reads the payload of a REFUSED frame. */
  public static Refused decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 2, "refusal");
    RefusalCode code = RefusalCode.of(in.readUnsignedShort());
    if (code == RefusalCode.NONE) {
      throw new MalformedException("refusal with code 0 (expected: 1 to 65535)");
    }
    return new Refused(
        code, WireFields.readString(in, Limits.MAX_TEXT, "refusal text"), Extensions.decode(in));
  }
}
