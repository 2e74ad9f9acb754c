package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * Opens the sealed records that one end of a link receives: authenticates and decrypts them, in the
 * order of the calls. Implemented in dst-crypto. Event loop only.
 */
public interface RecordOpener {
  /**
   * Sets the callbacks; must come before the first record.
   *
   * @param opened takes ownership of each frame, in order, from inside {@link #open} or later
   * @param runEnded called after each run of frames that were delivered later
   * @param forged called once, when a record fails authentication; nothing follows
   */
  void start(Consumer<ByteBuf> opened, Runnable runEnded, Runnable forged);

  /**
   * Opens a record.
   *
   * @param body ciphertext and tag, without the length field; owned by the callee
   */
  void open(ByteBuf body);

  /** Holds frames back, or releases the hold and at once delivers those that are ready. */
  void hold(boolean hold);

  /** Total bytes of the records not delivered yet. */
  long pendingBytes();

  /** Number of records not delivered yet. */
  int pending();

  /** Drops what is not delivered, as soon as no thread works on it. */
  void close();
}
