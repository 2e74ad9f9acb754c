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
 * Makes records out of the frames that one end of a link sends. Frames are numbered as they come;
 * records leave in that order, whichever is sealed first. Event loop only.
 *
 * <p>A record is a length of 4 bytes, which is also the associated data, and as many bytes:
 * ciphertext and tag.
 */
public class AeadRecordSealer {
  private final KeySchedule schedule;
  private final AeadCipher cipher;
  private final OrderedTasks sequence;
  private final byte[] nonce = new byte[Aead.NONCE];
  private final byte[] associated = new byte[Integer.BYTES];
  private Consumer<ByteBuf> sealed;
  private Consumer<Throwable> failed;
  private Runnable runEnded;
  private long nextFrame;
  private boolean closed;

  /** A sealer for the direction whose secret this is; the secret may be wiped afterwards. */
  public AeadRecordSealer(byte[] secret, AeadCipher cipher, CryptoPool pool, Executor loop) {
    this.cipher = cipher;
    schedule = new KeySchedule(secret, cipher);
    sequence = new OrderedTasks(pool, loop, this::endRun);
  }

  private void endRun() {
    runEnded.run();
  }

  /**
   * Says where records go, before the first one.
   *
   * @param sealed takes over each record of {@link #sealLater}, in its turn
   * @param runEnded called after each run of those
   * @param failed a provider has failed: the link has to end
   */
  public void start(Consumer<ByteBuf> sealed, Runnable runEnded, Consumer<Throwable> failed) {
    this.sealed = sealed;
    this.runEnded = runEnded;
    this.failed = failed;
  }

  /** Whether a large frame is sealed as fast in place as into another buffer. */
  public boolean isFastInPlace() {
    return cipher.provider().isFastInPlace();
  }

  /** Bytes of a frame up to which {@link #sealNow} is the better choice. */
  public int inlineLimit() {
    return InlineLimits.of(cipher.provider());
  }

  /**
   * Makes a record in place: the frame lies 4 bytes behind {@code index}, for its length, and has
   * room for a tag behind it. The record may be sent once {@link #isIdle}, or by {@link #later}.
   */
  public void sealNow(ByteBuf buffer, int index, int frameLength) {
    sealNow(buffer, index + Integer.BYTES, frameLength, buffer, index);
  }

  /**
   * Makes a record of a frame that lies elsewhere.
   *
   * @param at where the frame begins in {@code frame}
   * @param index where the record, which is 20 bytes longer than the frame, begins in {@code
   *     record}
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
   * Makes a record on the crypto pool.
   *
   * @param frame its readable bytes; released when the record is made
   * @param record has exactly room for it; taken over
   */
  public void sealLater(ByteBuf frame, ByteBuf record) {
    long number = nextFrame++;
    byte[] length = new byte[Integer.BYTES];
    writeLength(record, 0, frame.readableBytes() + Aead.TAG, length);
    record.setIndex(0, Integer.BYTES + frame.readableBytes() + Aead.TAG);
    EpochKeys keys = schedule.at(number);
    sequence.submit(new SealTask(cipher, keys, number, length, frame, record, sealed, failed));
  }

  private static void writeLength(ByteBuf buffer, int index, int length, byte[] associated) {
    AeadRecordOpener.lengthBytes(length, associated);
    buffer.setBytes(index, associated);
  }

  /**
   * Does something once everything before it is sealed and passed on.
   *
   * @param dropped what to do instead if the link is closed before
   */
  public void later(Runnable action, Runnable dropped) {
    sequence.append(new Later(action, dropped));
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
      throw new AssertionError("there is nothing to do");
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

  /** Whether no record is on its way, so that what is sealed now may be sent now. */
  public boolean isIdle() {
    return sequence.isEmpty();
  }

  /** Bytes of the records that are on their way. */
  public long pendingBytes() {
    return sequence.pendingBytes();
  }

  /** How many of them there are, with what waits behind them. */
  public int pending() {
    return sequence.pending();
  }

  /** Forgets the keys and drops what is on its way. Nothing may be sealed afterwards. */
  public void close() {
    if (!closed) {
      closed = true;
      sequence.close();
      schedule.close();
    }
  }
}
