package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * Seals the frames that one end of a link sends: encrypts and authenticates each as one record, in
 * the order of the calls. Implemented in dst-crypto. Event loop only.
 */
public interface RecordSealer {
  /**
   * Sets the callbacks; must come before the first record.
   *
   * @param sealed takes ownership of each record of {@link #sealLater}, in order
   * @param runEnded called after each run of those
   * @param failed sealing failed: the link must end
   */
  void start(Consumer<ByteBuf> sealed, Runnable runEnded, Consumer<Throwable> failed);

  /** Whether sealing a large frame in place is as fast as sealing it into another buffer. */
  boolean isFastInPlace();

  /** Largest frame, in bytes, that is better sealed by {@link #sealNow} than on another thread. */
  int inlineLimit();

  /**
   * Seals a frame in place. The record may be sent once {@link #isIdle}, or through {@link #later}.
   *
   * @param index where the record's length field goes; the frame follows it, with room for the tag
   *     after the frame
   */
  void sealNow(ByteBuf buffer, int index, int frameLength);

  /**
   * Seals a frame from one buffer into another.
   *
   * @param at where the frame begins in {@code frame}
   * @param index where the record begins in {@code record}
   */
  void sealNow(ByteBuf frame, int at, int frameLength, ByteBuf record, int index);

  /**
   * Seals a frame on another thread.
   *
   * @param frame its readable bytes are sealed; released afterwards
   * @param record has exactly enough room; owned by the callee
   */
  void sealLater(ByteBuf frame, ByteBuf record);

  /** Runs {@code action} after every record before it, or {@code dropped} if the link closes. */
  void later(Runnable action, Runnable dropped);

  /** Whether no record is being sealed or waiting for its turn. */
  boolean isIdle();

  /** Total bytes of the records that are being sealed or waiting. */
  long pendingBytes();

  /** Number of records that are being sealed or waiting. */
  int pending();

  /** Drops what is pending, as soon as no thread works on it. Nothing may be sealed afterwards. */
  void close();
}
