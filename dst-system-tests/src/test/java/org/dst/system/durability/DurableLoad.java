package org.dst.system.durability;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.EOFException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.dst.protocol.Access;
import org.dst.protocol.Opcode;
import org.dst.protocol.RequestFlags;
import org.dst.protocol.Status;
import org.dst.system.durability.DurabilityChecker.Sent;
import org.dst.system.harness.RawDst;

/** A client that writes, flushes and requests durable writes, sixteen at a time. */
final class DurableLoad {
  static final int BATCHES = 60;
  private static final int DEPTH = 16;

  /** Sizes of writes: within a page, a page, and more than one call to the kernel takes. */
  private static final int[] LENGTHS = {512, 4096, 4096, 100_000, 300_000};

  private final Random random = new Random(23);
  private final RawDst client;
  private final Access access;
  private final List<Sent> sent = new ArrayList<>();
  private final Map<Long, Long> positions = new HashMap<>();
  private long nextId = 1;
  private long nextOffset;

  DurableLoad(RawDst client, Access access) {
    this.client = client;
    this.access = access;
  }

  /** What was demanded; all of it was answered well. */
  List<Sent> sent() {
    return sent;
  }

  /** By transaction, how many bytes the server had sent on the connection before its answer. */
  Map<Long, Long> positions() {
    return positions;
  }

  /** Runs it to its end. */
  void run() throws EOFException {
    List<Sent> answered = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      Map<Long, Sent> waiting = new HashMap<>();
      long watermark = nextId;
      for (int i = 0; i < DEPTH; i++) {
        Sent next = random.nextInt(6) == 0 ? flush(watermark, answered) : write(watermark);
        waiting.put(next.id(), next);
      }
      sent.addAll(waiting.values());
      while (!waiting.isEmpty()) {
        long position = client.socket().received();
        RawDst.Frame reply = client.receive();
        if (reply.header().opcode() == Opcode.REPLY) {
          assertEquals(Status.OK, reply.header().status(), "status of an answer");
          Sent ended = waiting.remove(reply.header().id());
          positions.put(ended.id(), position);
          if (ended.length() > 0) {
            answered.add(ended);
          }
        }
      }
    }
  }

  private Sent flush(long watermark, List<Sent> answered) {
    long id = nextId++;
    send(Opcode.FLUSH, id, watermark, 0, 0, new byte[0]);
    return Sent.flush(id, answered);
  }

  /** Every write has a range of its own, so that the kernel's calls can be told apart. */
  private Sent write(long watermark) {
    long id = nextId++;
    int length = LENGTHS[random.nextInt(LENGTHS.length)];
    long offset = nextOffset;
    nextOffset += length;
    int flags = random.nextInt(3) == 0 ? RequestFlags.FUA : 0;
    byte[] data = new byte[length];
    random.nextBytes(data);
    send(Opcode.WRITE, id, watermark, flags, offset, data);
    return Sent.write(id, offset, length, flags != 0 || access == Access.SHARED);
  }

  private void send(Opcode opcode, long id, long watermark, int flags, long offset, byte[] data) {
    byte[] frame =
        RawDst.bytes(
            opcode,
            id,
            header ->
                header.start(opcode, flags, id).watermark(watermark).range(offset, data.length),
            out -> out.writeBytes(data));
    client.socket().send(ByteBuffer.wrap(frame));
  }
}
