package org.dst.client.nbd.negotiation;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dst.protocol.MalformedException;

/** Reads the data of options; malformed data is reported to the client in words. */
final class OptionData {
  /** The longest string of the protocol, in bytes of UTF-8. */
  static final int MAX_STRING = 4096;

  /** What INFO and GO carry. */
  record InfoRequest(String name, List<Integer> infos) {}

  /** What LIST_META_CONTEXT and SET_META_CONTEXT carry. */
  record MetaQuery(String name, List<String> queries) {}

  private OptionData() {}

  /** The data of INFO and GO. */
  static InfoRequest infoRequest(ByteBuf data) throws MalformedException {
    String name = string(data, "export name");
    need(data, 2, "number of information requests");
    int count = data.readUnsignedShort();
    if (data.readableBytes() != 2 * count) {
      throw new MalformedException(
          data.readableBytes() + " bytes for " + count + " information requests");
    }
    List<Integer> infos = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      infos.add(data.readUnsignedShort());
    }
    return new InfoRequest(name, infos);
  }

  /** The data of LIST_META_CONTEXT and SET_META_CONTEXT. */
  static MetaQuery metaQuery(ByteBuf data) throws MalformedException {
    String name = string(data, "export name");
    need(data, 4, "number of queries");
    long count = data.readUnsignedInt();
    if (count > data.readableBytes() / 4) {
      throw new MalformedException(data.readableBytes() + " bytes for " + count + " queries");
    }
    List<String> queries = new ArrayList<>((int) count);
    for (int i = 0; i < count; i++) {
      queries.add(string(data, "query"));
    }
    if (data.isReadable()) {
      throw new MalformedException(data.readableBytes() + " bytes after the last query");
    }
    return new MetaQuery(name, queries);
  }

  /** The next {@code length} bytes as a string. */
  static String text(ByteBuf data, int length, String what) throws MalformedException {
    if (length > MAX_STRING) {
      throw new MalformedException(what + " of " + length + " bytes (expected: <= 4096)");
    }
    ByteBuffer bytes = data.nioBuffer(data.readerIndex(), length);
    data.skipBytes(length);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      if (text.indexOf('\0') >= 0) {
        throw new MalformedException(what + " contains NUL");
      }
      return text;
    } catch (CharacterCodingException notText) {
      throw new MalformedException(what + " is not UTF-8");
    }
  }

  private static String string(ByteBuf data, String what) throws MalformedException {
    need(data, 4, "length of " + what);
    long length = data.readUnsignedInt();
    if (length > data.readableBytes()) {
      throw new MalformedException(
          what + " of " + length + " bytes (expected: <= " + data.readableBytes() + ")");
    }
    return text(data, (int) length, what);
  }

  private static void need(ByteBuf data, int bytes, String what) throws MalformedException {
    if (data.readableBytes() < bytes) {
      throw new MalformedException(
          what + " in " + data.readableBytes() + " bytes (expected: >= " + bytes + ")");
    }
  }
}
