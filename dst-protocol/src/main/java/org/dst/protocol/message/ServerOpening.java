package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import org.dst.protocol.Limits;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;

/**
 * The server's answer to a {@link ClientOpening}: what was negotiated, or why the link is refused.
 *
 * @param refusal {@link RefusalCode#NONE} if the link goes on
 * @param version the protocol version chosen; 0 in a refusal
 * @param mode the security mode; in a refusal the one that the server requires
 * @param cipher the cipher chosen; empty in plain mode and in a refusal
 * @param checksum the payload checksum chosen; empty in a refusal
 * @param text human-readable reason of a refusal, or empty
 * @param extensions optional parameters
 */
public record ServerOpening(
    RefusalCode refusal,
    int version,
    SecurityMode mode,
    String cipher,
    String checksum,
    String text,
    Extensions extensions) {
  /**
   * Extension: random bytes of the server, in every opening that is followed by a handshake. They
   * make each handshake's prologue unique, so a recorded handshake cannot be replayed.
   */
  public static final int FRESHNESS = 0x0001;

  /** Length of {@link #FRESHNESS}, in bytes. */
  public static final int FRESHNESS_LENGTH = 16;

  /** A refusal. */
  public static ServerOpening refuse(RefusalCode code, SecurityMode required, String text) {
    return new ServerOpening(code, 0, required, "", "", text, Extensions.NONE);
  }

  /** Appends the message, its header included. */
  public void encode(ByteBuf out) {
    int start = OpeningHeader.begin(out);
    out.writeShort(refusal.code()).writeShort(version).writeByte(mode.code()).writeByte(0);
    WireFields.writeString(out, cipher, OpeningHeader.MAX_NAMES, "cipher name");
    WireFields.writeString(out, checksum, OpeningHeader.MAX_NAMES, "checksum name");
    WireFields.writeText(out, text, Limits.MAX_OPENING / 2);
    extensions.encode(out);
    OpeningHeader.finish(out, start);
  }

  /** Reads the message after its header. */
  public static ServerOpening decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 6, "opening");
    RefusalCode refusal = RefusalCode.of(in.readUnsignedShort());
    int version = in.readUnsignedShort();
    SecurityMode mode = SecurityMode.of(in.readUnsignedByte());
    in.skipBytes(1);
    String cipher = WireFields.readString(in, OpeningHeader.MAX_NAMES, "cipher name");
    String checksum = WireFields.readString(in, OpeningHeader.MAX_NAMES, "checksum name");
    String text = WireFields.readString(in, Limits.MAX_OPENING, "refusal text");
    return new ServerOpening(refusal, version, mode, cipher, checksum, text, Extensions.decode(in));
  }
}
