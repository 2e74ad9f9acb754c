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
 * Makes frames out of the records that one end of a link receives, in the order of their arrival.
 * Records are counted; one that was dropped, repeated, moved or changed on the way fits no number,
 * and nothing is delivered from it on. Event loop only.
 */
public class AeadRecordOpener {
  private static final Logger log = LoggerFactory.getLogger(AeadRecordOpener.class);

  /** Longer frames are opened into a buffer of their own if that is faster. */
  private static final int LONGEST_IN_PLACE = 12 << 10;

  private final KeySchedule schedule;
  private final AeadCipher cipher;
  private final OrderedTasks sequence;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[Integer.BYTES];
  private Consumer<ByteBuf> opened;
  private Runnable forged;
  private Runnable runEnded;
  private long nextFrame;
  private boolean closed;

  /** An opener for the direction whose secret this is; the secret may be wiped afterwards. */
  public AeadRecordOpener(byte[] secret, AeadCipher cipher, CryptoPool pool, Executor loop) {
    this.cipher = cipher;
    schedule = new KeySchedule(secret, cipher);
    sequence = new OrderedTasks(pool, loop, this::endRun);
  }

  private void endRun() {
    runEnded.run();
  }

  /**
   * Says where frames go, before the first record.
   *
   * @param opened takes over each frame in its turn, from inside {@link #open} or later
   * @param runEnded called after each run of frames that were delivered later
   * @param forged a record is not what the peer has sent; called once, nothing follows
   */
  public void start(Consumer<ByteBuf> opened, Runnable runEnded, Runnable forged) {
    this.opened = opened;
    this.runEnded = runEnded;
    this.forged = forged;
  }

  /** Bytes of a frame up to which it is opened at once. */
  public int inlineLimit() {
    return InlineLimits.of(cipher.provider());
  }

  /**
   * Opens a record.
   *
   * @param body what follows the length: ciphertext and tag, at least {@link Aead#TAG} bytes; taken
   *     over and overwritten
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
      sequence.submit(new OpenTask(this, cipher, keys, number, body, frame));
    } else if (sequence.isEmpty()) {
      deliver(body, frame, openNow(keys, number, body, frame));
    } else {
      OpenTask behind = new OpenTask(this, cipher, keys, number, body, frame);
      behind.genuine = openNow(keys, number, body, frame);
      sequence.append(behind);
    }
  }

  /** Where a record is opened into: slower where it is, if there is no memory for a place. */
  private ByteBuf frameFor(ByteBuf body, int length) {
    if (length <= LONGEST_IN_PLACE || cipher.provider().isFastInPlace()) {
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
      log.error("{} could not open a record", cipher, failure);
      return false;
    }
  }

  /** Opens a record's body into the begin of {@code frame}, or where it is if that is the same. */
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

  /** Passes on an opened record in its turn. */
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

  /** Delivers nothing until told otherwise; what was held back is delivered at once then. */
  public void hold(boolean hold) {
    sequence.hold(hold);
  }

  /** Bytes of the records that are not delivered yet. */
  public long pendingBytes() {
    return sequence.pendingBytes();
  }

  /** Records that are not delivered yet. */
  public int pending() {
    return sequence.pending();
  }

  /** Forgets the keys and drops what was not delivered. */
  public void close() {
    if (!closed) {
      closed = true;
      sequence.close();
      schedule.close();
    }
  }

  /** A record's length as it is on the wire, which is also the associated data. */
  static void lengthBytes(int length, byte[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = (byte) (length >>> 8 * (into.length - 1 - i));
    }
  }
}
