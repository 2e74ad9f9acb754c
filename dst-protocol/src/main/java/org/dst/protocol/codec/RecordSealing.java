package org.dst.protocol.codec;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;

/**
 * Seals what one end of a link sends, in the order of the calls; the ciphers are in dst-crypto.
 * Event loop only.
 */
public interface RecordSealing {
  /**
   * Says where records go, before the first one.
   *
   * @param sealed takes over each record of {@link #sealLater}, in its turn
   * @param runEnded called after each run of those
   * @param failed sealing has failed: the link has to end
   */
  void start(Consumer<ByteBuf> sealed, Runnable runEnded, Consumer<Throwable> failed);

  /** Whether a large frame is sealed as fast in place as into another buffer. */
  boolean isFastInPlace();

  /** Bytes of a frame up to which {@link #sealNow} is the better choice. */
  int inlineLimit();

  /**
   * Makes a record in place: {@code index} is where its length belongs, the frame lies behind that
   * and room for the tag behind the frame. It may be sent once {@link #isIdle}, or by {@link
   * #later}.
   */
  void sealNow(ByteBuf buffer, int index, int frameLength);

  /** As the other one, of a frame that lies elsewhere: {@code at} in {@code frame}. */
  void sealNow(ByteBuf frame, int at, int frameLength, ByteBuf record, int index);

  /**
   * Makes a record on another thread.
   *
   * @param frame its readable bytes; released when the record is made
   * @param record has exactly room for it; taken over
   */
  void sealLater(ByteBuf frame, ByteBuf record);

  /** Does something behind every record before it, or {@code dropped} if the link is closed. */
  void later(Runnable action, Runnable dropped);

  /** Whether no record is on its way. */
  boolean isIdle();

  /** Bytes of the records that are on their way. */
  long pendingBytes();

  /** How many records are on their way. */
  int pending();

  /** Drops what is on its way, as soon as nobody works on it. Nothing is sealed afterwards. */
  void close();
}
