package org.dst.server.store;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.dst.protocol.Status;
import org.junit.jupiter.api.function.Executable;

/** Contents and short forms for tests of stores. */
public final class Bytes {
  private Bytes() {}

  /** Bytes that are the same for the same seed, none of them 0. */
  public static byte[] random(int length, long seed) {
    Random random = new Random(seed);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (1 + random.nextInt(255));
    }
    return bytes;
  }

  public static byte[] read(BlockStore store, long offset, int length) throws StoreException {
    ByteBuf target = Unpooled.directBuffer(Math.max(1, length));
    try {
      store.read(offset, target, length);
      return array(target);
    } finally {
      target.release();
    }
  }

  public static void write(BlockStore store, long offset, byte[] bytes) throws StoreException {
    write(store, offset, bytes, false);
  }

  public static void write(BlockStore store, long offset, byte[] bytes, boolean durable)
      throws StoreException {
    ByteBuf source = Unpooled.directBuffer(Math.max(1, bytes.length)).writeBytes(bytes);
    try {
      store.write(offset, source, durable);
    } finally {
      source.release();
    }
  }

  public static byte[] array(ByteBuf buffer) {
    byte[] bytes = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), bytes);
    return bytes;
  }

  /** The failure of something that must fail. */
  public static StoreException failure(Executable executable) {
    return assertThrows(StoreException.class, executable);
  }

  /** The status with which something must fail. */
  public static Status refusal(Executable executable) {
    return failure(executable).status();
  }
}
