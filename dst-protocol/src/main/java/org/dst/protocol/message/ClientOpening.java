package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;

/**
 * The first bytes of a link: what the client can speak.
 *
 * @param minVersion the oldest protocol version that it speaks, 1 to 65535
 * @param maxVersion the newest
 * @param mode the protection that it wants; {@link SecurityMode#UNKNOWN} is answered with a refusal
 * @param ciphers names in order of preference; empty in plain mode
 * @param checksums names of payload checksums in order of preference; at least one
 * @param extensions further parameters
 */
public record ClientOpening(
    int minVersion,
    int maxVersion,
    SecurityMode mode,
    List<String> ciphers,
    List<String> checksums,
    Extensions extensions) {

  /** Appends the message, its header included. */
  public void encode(ByteBuf out) {
    int start = OpeningHeader.begin(out);
    out.writeShort(minVersion).writeShort(maxVersion).writeByte(mode.code()).writeByte(0);
    OpeningHeader.writeNames(out, ciphers);
    OpeningHeader.writeNames(out, checksums);
    extensions.encode(out);
    OpeningHeader.finish(out, start);
  }

  /** Reads a message whose header was taken off. */
  public static ClientOpening decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 6, "opening");
    int minVersion = in.readUnsignedShort();
    int maxVersion = in.readUnsignedShort();
    if (minVersion == 0 || minVersion > maxVersion) {
      throw new MalformedException("versions %d to %d".formatted(minVersion, maxVersion));
    }
    SecurityMode mode = SecurityMode.of(in.readUnsignedByte());
    in.skipBytes(1);
    return new ClientOpening(
        minVersion,
        maxVersion,
        mode,
        OpeningHeader.readNames(in),
        OpeningHeader.readNames(in),
        Extensions.decode(in));
  }
}
