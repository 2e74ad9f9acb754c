package org.dst.system.durability;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;

/** Finds the replies in the bytes that a server sends over one plain link with CRC32C. */
final class SentReplies {
  private static final int CHECKSUM = 4;

  /** The first byte of every frame (docs/protocol.md). */
  private static final byte MAGIC = (byte) 0xd5;

  private final Map<Long, Integer> lines = new HashMap<>();

  /** What was sent of a frame so far, and the line at which its first byte was. */
  private byte[] begun = {};

  private int begunAt;

  private SentReplies() {}

  /**
   * The transactions that were answered well, and the line of the trace at which the answer's first
   * byte was given to the kernel.
   */
  static Map<Long, Integer> of(List<Syscall> calls) {
    SentReplies replies = new SentReplies();
    calls.stream().filter(Syscall::isSend).filter(call -> call.result() > 0).forEach(replies::add);
    return replies.lines;
  }

  private void add(Syscall send) {
    if (!send.path().startsWith("socket:")) {
      return; // a log, or what wakes a loop
    }
    byte[] data = Arrays.copyOf(SyscallTrace.data(send), (int) send.result());
    if (begun.length == 0 && data[0] != MAGIC) {
      return; // the opening, which is a message of its own
    }
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(begun);
    stream.writeBytes(data);
    byte[] bytes = stream.toByteArray();
    int at = 0;
    int since = begun.length > 0 ? begunAt : send.entered();
    while (bytes.length - at >= FrameHeader.LENGTH) {
      FrameHeader header = header(bytes, at);
      int payload = (int) header.payloadLength();
      int length = FrameHeader.LENGTH + (payload > 0 ? CHECKSUM + payload : 0);
      if (bytes.length - at < length) {
        break;
      }
      if (header.opcode() == Opcode.REPLY && header.status() == Status.OK) {
        lines.putIfAbsent(header.id(), since);
      }
      at += length;
      since = send.entered();
    }
    begun = Arrays.copyOfRange(bytes, at, bytes.length);
    begunAt = since;
  }

  private static FrameHeader header(byte[] bytes, int at) {
    FrameHeader header = new FrameHeader(Arrays.copyOfRange(bytes, at, at + FrameHeader.LENGTH));
    try {
      header.check();
    } catch (MalformedException broken) {
      throw new AssertionError("the server sends no frames", broken);
    }
    return header;
  }
}
