package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.CryptoPool;
import org.dst.crypto.pool.OrderedTasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the sealed records that one end of a link receives, in the order of arrival. A record's
 * number goes into its nonce, so one that was dropped, replayed, reordered or altered fails
 * authentication, and nothing is delivered from there on. Event loop only.
 */
public class AeadRecordOpener {
  private static final Logger log = LoggerFactory.getLogger(AeadRecordOpener.class);

  /** A longer frame is opened into a separate buffer if the provider is faster that way. */
  private static final int IN_PLACE_MAXIMUM = 12 << 10;

  private final KeySchedule schedule;
  private final AeadCipher cipher;
  private final OrderedTasks tasks;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[Integer.BYTES];
  private Consumer<ByteBuf> opened;
  private Runnable forged;
  private Runnable runEnded;
  private long nextFrame;
  private boolean closed;

  /** An opener for the direction with this secret, which is copied and may be wiped afterwards. */
  public AeadRecordOpener(byte[] secret, AeadCipher cipher, CryptoPool pool, Executor loop) {
    this.cipher = cipher;
    schedule = new KeySchedule(secret, cipher);
    tasks = new OrderedTasks(pool, loop, this::endRun);
  }

  private void endRun() {
    runEnded.run();
  }

  /**
   * Sets the callbacks; must come before the first record.
   *
   * @param opened takes ownership of each frame, in order, from inside {@link #open} or later
   * @param runEnded called after each run of frames that were delivered later
   * @param forged called once, when a record fails authentication; nothing follows
   */
  public void start(Consumer<ByteBuf> opened, Runnable runEnded, Runnable forged) {
    this.opened = opened;
    this.runEnded = runEnded;
    this.forged = forged;
  }

  /** Largest frame, in bytes, that is opened inline. */
  public int inlineLimit() {
    return InlineLimits.of(cipher.provider());
  }

  /**
   * Opens a record.
   *
   * @param body ciphertext and tag, without the length field, at least {@link Aead#TAG} bytes;
   *     owned by the callee and overwritten
   */
  public void open(ByteBuf body) {
    if (closed) {
      body.release();
      return;
    }
    long number = nextFrame++;
    EpochKeys keys = schedule.at(number);
    int length = body.readableBytes() - Aead.TAG;
    ByteBuf frame = frameFor(body, length);
    if (length > inlineLimit()) {
      tasks.submit(new OpenTask(this, cipher, keys, number, body, frame));
    } else if (tasks.isEmpty()) {
      deliver(body, frame, openNow(keys, number, body, frame));
    } else {
      OpenTask behind = new OpenTask(this, cipher, keys, number, body, frame);
      behind.genuine = openNow(keys, number, body, frame);
      tasks.append(behind);
    }
  }

  /** The buffer to open a record into; without memory for one, in place, if slower. */
  private ByteBuf frameFor(ByteBuf body, int length) {
    if (length <= IN_PLACE_MAXIMUM || cipher.provider().isFastInPlace()) {
      return body;
    }
    try {
      return body.alloc().directBuffer(length, length);
    } catch (OutOfMemoryError none) {
      return body;
    }
  }

  private boolean openNow(EpochKeys keys, long number, ByteBuf body, ByteBuf frame) {
    keys.nonce(number, nonce);
    lengthBytes(body.readableBytes(), associated);
    try {
      return open(cipher, keys, nonce, associated, body, frame);
    } catch (IllegalStateException failure) {
      log.error("{}: opening a record failed", cipher, failure);
      return false;
    }
  }

  /** Opens a record into the beginning of {@code frame}, or in place if that is {@code body}. */
  static boolean open(
      AeadCipher cipher,
      EpochKeys keys,
      byte[] nonce,
      byte[] associated,
      ByteBuf body,
      ByteBuf frame) {
    int length = body.readableBytes() - Aead.TAG;
    int at = body.readerIndex();
    int into = frame == body ? at : 0;
    return cipher.aead().open(keys.key(), nonce, associated, body, at, length, frame, into);
  }

  /** Delivers an opened record in its turn. */
  void deliver(ByteBuf body, ByteBuf frame, boolean genuine) {
    if (closed) {
      release(body, frame);
    } else if (genuine) {
      int length = body.readableBytes() - Aead.TAG;
      if (frame != body) {
        body.release();
      }
      opened.accept(frame.writerIndex(frame.readerIndex() + length));
    } else {
      release(body, frame);
      close();
      forged.run();
    }
  }

  static void release(ByteBuf body, ByteBuf frame) {
    body.release();
    if (frame != body) {
      frame.release();
    }
  }

  /** Holds frames back, or releases the hold and at once delivers those that are ready. */
  public void hold(boolean hold) {
    tasks.hold(hold);
  }

  /** Total bytes of the records not delivered yet. */
  public long pendingBytes() {
    return tasks.pendingBytes();
  }

  /** Number of records not delivered yet. */
  public int pending() {
    return tasks.pending();
  }

  /** Wipes the keys and drops what was not delivered. */
  public void close() {
    if (!closed) {
      closed = true;
      tasks.close();
      schedule.close();
    }
  }

  /** Encodes a record's length field, which is also its associated data. */
  static void lengthBytes(int length, byte[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = (byte) (length >>> 8 * (into.length - 1 - i));
    }
  }
}
