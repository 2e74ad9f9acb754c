package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * Opens what one end of a link receives, in the order of the calls; the ciphers are in dst-crypto.
 * Event loop only.
 */
public interface RecordOpening {
  /**
   * Says where frames go, before the first record.
   *
   * @param opened takes over each frame in its turn, from inside {@link #open} or later
   * @param runEnded called after each run of frames that came later
   * @param forged a record is not what the peer has sent; called once, nothing follows
   */
  void start(Consumer<ByteBuf> opened, Runnable runEnded, Runnable forged);

  /** Opens a record; takes over what follows its length, at least a tag. */
  void open(ByteBuf body);

  /** Delivers nothing until told otherwise; what was held back is delivered at once then. */
  void hold(boolean hold);

  /** Bytes of the records that are not delivered yet. */
  long pendingBytes();

  /** How many records are not delivered yet. */
  int pending();

  /** Drops what is not delivered, as soon as nobody works on it. */
  void close();
}
