package org.dst.client.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dst.client.nbd.wire.HeaderFormat;

/** An NBD client's side of the wire, written from the specification and not from the server. */
final class Wire {
  /** A reply to an option. */
  record Answer(int option, int type, byte[] data) {}

  /** A reply to a request; type -1 is a simple reply, whose error is in {@code error}. */
  record Reply(int type, int flags, int error, long cookie, long offset, byte[] payload) {}

  private Wire() {}

  static byte[] bytes(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.readBytes(bytes);
    buffer.release();
    return bytes;
  }

  static byte[] concat(byte[]... parts) {
    return bytes(Unpooled.copiedBuffer(parts));
  }

  static byte[] clientFlags(int flags) {
    return bytes(Unpooled.buffer().writeInt(flags));
  }

  static byte[] option(int code, byte[] data) {
    return bytes(
        Unpooled.buffer()
            .writeLong(0x49484156454F5054L)
            .writeInt(code)
            .writeInt(data.length)
            .writeBytes(data));
  }

  static byte[] option(int code) {
    return option(code, new byte[0]);
  }

  static byte[] goData(String name, int... infos) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = Unpooled.buffer().writeInt(text.length).writeBytes(text);
    out.writeShort(infos.length);
    for (int info : infos) {
      out.writeShort(info);
    }
    return bytes(out);
  }

  static byte[] queryData(String name, String... queries) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuf out = Unpooled.buffer().writeInt(text.length).writeBytes(text);
    out.writeInt(queries.length);
    for (String query : queries) {
      byte[] bytes = query.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length).writeBytes(bytes);
    }
    return bytes(out);
  }

  /** Everything that a client sends until transmission in this format begins. */
  static byte[] opening(HeaderFormat format, boolean metaContext) {
    byte[] select = metaContext ? option(10, queryData("", "base:allocation")) : new byte[0];
    byte[] ask =
        switch (format) {
          case SIMPLE -> new byte[0];
          case STRUCTURED -> option(8);
          case EXTENDED -> option(11);
        };
    return concat(clientFlags(3), ask, select, option(7, goData("disk")));
  }

  static byte[] request(
      HeaderFormat format, int flags, int type, long cookie, long offset, long length) {
    boolean extended = format == HeaderFormat.EXTENDED;
    ByteBuf out = Unpooled.buffer().writeInt(extended ? 0x21e41c71 : 0x25609513);
    out.writeShort(flags).writeShort(type).writeLong(cookie).writeLong(offset);
    return bytes(extended ? out.writeLong(length) : out.writeInt((int) length));
  }

  static byte[] write(HeaderFormat format, int flags, long cookie, long offset, byte[] data) {
    int all = format == HeaderFormat.EXTENDED ? flags | 1 << 5 : flags;
    return concat(request(format, all, 1, cookie, offset, data.length), data);
  }

  static List<Answer> answers(byte[] received) {
    ByteBuf in = Unpooled.wrappedBuffer(received);
    List<Answer> answers = new ArrayList<>();
    while (in.isReadable()) {
      long magic = in.readLong();
      if (magic != 0x3e889045565a9L) {
        throw new AssertionError("answer magic " + Long.toHexString(magic));
      }
      int option = in.readInt();
      int type = in.readInt();
      byte[] data = new byte[in.readInt()];
      in.readBytes(data);
      answers.add(new Answer(option, type, data));
    }
    return answers;
  }

  /** Parses replies; the next simple reply's data has {@code simpleData} bytes if no error. */
  static List<Reply> replies(byte[] received, int simpleData) {
    ByteBuf in = Unpooled.wrappedBuffer(received);
    List<Reply> replies = new ArrayList<>();
    while (in.isReadable()) {
      replies.add(reply(in, simpleData));
    }
    return replies;
  }

  private static Reply reply(ByteBuf in, int simpleData) {
    int magic = in.readInt();
    if (magic == 0x67446698) {
      int error = in.readInt();
      long cookie = in.readLong();
      byte[] data = new byte[error == 0 ? simpleData : 0];
      in.readBytes(data);
      return new Reply(-1, 1, error, cookie, 0, data);
    }
    if (magic != 0x668e33ef && magic != 0x6e8a278c) {
      throw new AssertionError("reply magic " + Integer.toHexString(magic));
    }
    boolean extended = magic == 0x6e8a278c;
    int flags = in.readUnsignedShort();
    int type = in.readUnsignedShort();
    long cookie = in.readLong();
    long offset = extended ? in.readLong() : 0;
    byte[] payload = new byte[extended ? Math.toIntExact(in.readLong()) : in.readInt()];
    in.readBytes(payload);
    int error = (type & 1 << 15) == 0 ? 0 : Unpooled.wrappedBuffer(payload).readInt();
    return new Reply(type, flags, error, cookie, offset, payload);
  }
}
