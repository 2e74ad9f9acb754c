package org.dst.crypto.record;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.dst.crypto.cipher.Aead;
import org.dst.crypto.cipher.AeadCipher;
import org.dst.crypto.pool.CryptoPool;
import org.dst.crypto.pool.CryptoTask;
import org.dst.crypto.pool.OrderedTasks;

/**
 * Seals the frames that one end of a link sends, each as one record. Frames are numbered in the
 * order of the calls, and records leave in that order, whichever is sealed first. Event loop only.
 *
 * <p>A record is a 4-byte length, which is also the associated data, followed by that many bytes of
 * ciphertext and tag.
 */
public class AeadRecordSealer {
  private final KeySchedule schedule;
  private final AeadCipher cipher;
  private final OrderedTasks tasks;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[Integer.BYTES];
  private Consumer<ByteBuf> sealed;
  private Consumer<Throwable> failed;
  private Runnable runEnded;
  private long nextFrame;
  private boolean closed;

  /** A sealer for the direction with this secret, which is copied and may be wiped afterwards. */
  public AeadRecordSealer(byte[] secret, AeadCipher cipher, CryptoPool pool, Executor loop) {
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
   * @param sealed takes ownership of each record of {@link #sealLater}, in order
   * @param runEnded called after each run of those
   * @param failed the provider failed: the link must end
   */
  public void start(Consumer<ByteBuf> sealed, Runnable runEnded, Consumer<Throwable> failed) {
    this.sealed = sealed;
    this.runEnded = runEnded;
    this.failed = failed;
  }

  /** Whether sealing a large frame in place is as fast as sealing it into another buffer. */
  public boolean isFastInPlace() {
    return cipher.provider().isFastInPlace();
  }

  /** Largest frame, in bytes, that is better sealed by {@link #sealNow} than on the pool. */
  public int inlineLimit() {
    return InlineLimits.of(cipher.provider());
  }

  /**
   * Seals a frame in place. The record may be sent once {@link #isIdle}, or through {@link #later}.
   *
   * @param index where the 4 bytes of the length field go; the frame follows them, with room for
   *     the tag after the frame
   */
  public void sealNow(ByteBuf buffer, int index, int frameLength) {
    sealNow(buffer, index + Integer.BYTES, frameLength, buffer, index);
  }

  /**
   * Seals a frame from one buffer into another.
   *
   * @param at where the frame begins in {@code frame}
   * @param index where the record, 20 bytes longer than the frame, begins in {@code record}
   */
  public void sealNow(ByteBuf frame, int at, int frameLength, ByteBuf record, int index) {
    long number = nextFrame++;
    EpochKeys keys = schedule.at(number);
    keys.nonce(number, nonce);
    writeLength(record, index, frameLength + Aead.TAG, associated);
    int body = index + Integer.BYTES;
    cipher.aead().seal(keys.key(), nonce, associated, frame, at, frameLength, record, body);
  }

  /**
   * Seals a frame on the crypto pool.
   *
   * @param frame its readable bytes are sealed; released afterwards
   * @param record has exactly enough room; owned by the callee
   */
  public void sealLater(ByteBuf frame, ByteBuf record) {
    long number = nextFrame++;
    byte[] length = new byte[Integer.BYTES];
    writeLength(record, 0, frame.readableBytes() + Aead.TAG, length);
    record.setIndex(0, Integer.BYTES + frame.readableBytes() + Aead.TAG);
    EpochKeys keys = schedule.at(number);
    tasks.submit(new SealTask(cipher, keys, number, length, frame, record, sealed, failed));
  }

  private static void writeLength(ByteBuf buffer, int index, int length, byte[] associated) {
    AeadRecordOpener.lengthBytes(length, associated);
    buffer.setBytes(index, associated);
  }

  /**
   * Runs {@code action} after every record before it has been passed on.
   *
   * @param dropped runs instead if the link closes first
   */
  public void later(Runnable action, Runnable dropped) {
    tasks.append(new Later(action, dropped));
  }

  private static final class Later extends CryptoTask {
    private final Runnable action;
    private final Runnable dropped;

    Later(Runnable action, Runnable dropped) {
      super(0);
      this.action = action;
      this.dropped = dropped;
    }

    @Override
    protected void run() {
      throw new AssertionError("it is queued as done");
    }

    @Override
    protected void finished(Throwable failure) {
      action.run();
    }

    @Override
    protected void dropped() {
      dropped.run();
    }
  }

  /** Whether no record is being sealed or waiting, so that one sealed now may be sent now. */
  public boolean isIdle() {
    return tasks.isEmpty();
  }

  /** Total bytes of the records that are being sealed or waiting. */
  public long pendingBytes() {
    return tasks.pendingBytes();
  }

  /** Number of records and {@link #later} actions that are pending. */
  public int pending() {
    return tasks.pending();
  }

  /** Wipes the keys and drops what is pending. Nothing may be sealed afterwards. */
  public void close() {
    if (!closed) {
      closed = true;
      tasks.close();
      schedule.close();
    }
  }
}
