package org.dst.protocol.message;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.dst.protocol.MalformedException;
import org.dst.protocol.SecurityMode;

/**
 * The first message of a link: what the client supports.
 *
 * @param minVersion oldest protocol version supported, 1 to 65535
 * @param maxVersion newest protocol version supported
 * @param mode the security mode wanted; {@link SecurityMode#UNKNOWN} is refused
 * @param ciphers cipher names in order of preference; empty in plain mode
 * @param checksums payload checksum names in order of preference; at least one
 * @param extensions optional parameters
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

  /** Reads the message after its header. */
  public static ClientOpening decode(ByteBuf in) throws MalformedException {
    WireFields.require(in, 6, "opening");
    int minVersion = in.readUnsignedShort();
    int maxVersion = in.readUnsignedShort();
    if (minVersion == 0 || minVersion > maxVersion) {
      throw new MalformedException(
          "opening with versions %d to %d".formatted(minVersion, maxVersion));
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
