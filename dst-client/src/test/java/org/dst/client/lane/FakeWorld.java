package org.dst.client.lane;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.dst.protocol.Access;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Extensions;
import org.dst.protocol.message.Features;

/**
 * A lane's core in a world of the test's own: time stands still until the test moves it, the link
 * notes what is sent as {@code id/watermark}, and the test is the server. Nanoseconds are the unit
 * of its clock; the times of {@link #OPTIONS} are short.
 */
final class FakeWorld implements ClientLaneActions, UnflushedMarker, AutoCloseable {
  static final long TIMEOUT = 100;
  static final long RECONNECT = 20;
  static final long ATTACH_TIMEOUT = 1000;
  static final long PING_INTERVAL = 10_000;
  static final long PING_TIMEOUT = 30_000;
  static final int LIMIT = 1 << 20;
  static final int PLENTY = 1 << 30;
  static final UUID IDENTITY = new UUID(1, 2);
  static final int FEATURES = Features.FLUSH | Features.FUA | Features.TRIM;

  final Counters<ClientCounter> counters = new Counters<>(ClientCounter.class);
  final PinnedExport export = new PinnedExport(0);
  final LaneCore core;
  int window = 64;
  int maxInFlight = PLENTY;
  long size = 1 << 30;
  long leaseEpoch = 1;

  /** Negative if the server does not tell. */
  long freshness = -1;

  UUID identity = IDENTITY;
  private UUID cleanPredecessor;
  Access access = Access.READ_WRITE;
  int features = FEATURES;
  boolean writable = true;
  boolean queued;
  boolean intact = true;

  /** Why the core ended links. */
  final List<String> endings = new ArrayList<>();

  /** What the core told its marker, as {@code v1}, {@code dirty} and {@code clean}. */
  final List<String> marker = new ArrayList<>();

  /** The transactions of copies, as they were when they were sent. */
  final List<Sent> copies = new ArrayList<>();

  int dials;

  /** Of the last dial, for the connection. */
  long patience;

  int pings;
  long generation;
  long now;

  private final Set<Transaction> live = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<TestRequest> writes = new ArrayList<>();
  private List<String> sent = new ArrayList<>();

  /** A copy that was sent. */
  record Sent(long id, Opcode opcode, long offset, long count, byte first, boolean own) {}

  FakeWorld(int maxResends, UUID pinned) {
    LaneOptions options =
        new LaneOptions(
            new ResendLimits(Duration.ofNanos(TIMEOUT), maxResends),
            Duration.ofNanos(RECONNECT),
            Duration.ofNanos(RECONNECT),
            Duration.ofNanos(ATTACH_TIMEOUT),
            Duration.ofNanos(PING_INTERVAL),
            Duration.ofNanos(PING_TIMEOUT),
            LIMIT);
    core = new LaneCore(options, this, this, export, pinned, counters, new Random(1));
  }

  FakeWorld() {
    this(2, null);
  }

  /** What the server answers to an attach, with that verifier. */
  Attached answer(long verifier) {
    Attached answer = plainAnswer(verifier);
    answer = freshness < 0 ? answer : answer.withFreshness(freshness);
    return cleanPredecessor == null ? answer : answer.withCleanPredecessor(cleanPredecessor);
  }

  private Attached plainAnswer(long verifier) {
    return new Attached(
        size,
        1,
        4096,
        1 << 20,
        window,
        maxInFlight,
        features,
        access,
        16,
        identity,
        leaseEpoch,
        new UUID(3, verifier),
        "",
        Extensions.NONE);
  }

  /** The lane connects and is attached, under that verifier. */
  FakeWorld up(long verifier) {
    core.connect(now);
    core.opened(now);
    assertNone(grant(verifier));
    return this;
  }

  FakeWorld up() {
    return up(1);
  }

  /** Answers the attach; returns the core's objection. */
  String grant(long verifier) {
    try {
      return core.attached(answer(verifier), now);
    } catch (MalformedException malformed) {
      throw new AssertionError(malformed);
    }
  }

  private static void assertNone(String objection) {
    if (objection != null) {
      throw new AssertionError(objection);
    }
  }

  /** The link is lost and another one attached, under that verifier. */
  void relink(long verifier) {
    core.lost(now);
    up(verifier);
  }

  /** As {@link #relink}; the server says that all it acknowledged under another one is durable. */
  void relinkAfterStop(long verifier, long endedClean) {
    cleanPredecessor = new UUID(3, endedClean);
    relink(verifier);
    cleanPredecessor = null;
  }

  /** Time goes on to that moment and the core looks at its clock. */
  void tick(long at) {
    now = at;
    core.tick(now);
  }

  TestRequest submit(Opcode opcode, long offset, long count) {
    return submit(TestRequest.of(opcode, offset, count));
  }

  /** A write of one value. */
  TestRequest write(int flags, long offset, int count, int value) {
    byte[] bytes = new byte[count];
    java.util.Arrays.fill(bytes, (byte) value);
    TestRequest write = TestRequest.write(flags, offset, bytes, ImmediateEventExecutor.INSTANCE);
    write.payload().retain();
    writes.add(write);
    return submit(write);
  }

  private TestRequest submit(TestRequest request) {
    core.submit(blank().of(request), now);
    return request;
  }

  /** A change of a 4 KiB block, without a payload. */
  TestRequest trim(int block) {
    return submit(Opcode.TRIM, 4096L * block, 4096);
  }

  TestRequest flush() {
    return submit(Opcode.FLUSH, 0, 0);
  }

  /** The server answers. */
  void reply(long id, Status status, ByteBuf payload) throws MalformedException {
    core.reply(id, status, true, payload, now);
  }

  void ok(long... ids) throws MalformedException {
    for (long id : ids) {
      reply(id, Status.OK, null);
    }
  }

  static ByteBuf bytes(int... values) {
    ByteBuf bytes = Unpooled.directBuffer();
    for (int value : values) {
      bytes.writeByte(value);
    }
    return bytes;
  }

  /** Takes what was sent, as {@code id/watermark}. */
  List<String> take() {
    List<String> taken = sent;
    sent = new ArrayList<>();
    return taken;
  }

  /** The last copy that was sent. */
  Sent last() {
    return copies.getLast();
  }

  long count(ClientCounter counter) {
    return counters.get(counter);
  }

  @Override
  public void dial(long connectNanos) {
    patience = connectNanos;
    dials++;
  }

  @Override
  public void attach(long generation) {
    this.generation = generation;
  }

  @Override
  public void ping() {
    pings++;
  }

  @Override
  public void endLink(String why) {
    endings.add(why);
  }

  @Override
  public void send(Transaction transaction, long watermark) {
    sent.add(transaction.id + "/" + watermark);
    ByteBuf payload = transaction.payload();
    copies.add(
        new Sent(
            transaction.id,
            transaction.opcode(),
            transaction.offset(),
            transaction.count(),
            payload == null ? 0 : payload.getByte(payload.readerIndex()),
            transaction.isInternal()));
  }

  @Override
  public boolean canSend() {
    return writable;
  }

  @Override
  public boolean isQueued(Transaction transaction) {
    return queued;
  }

  @Override
  public boolean isIntact(Transaction transaction) {
    return intact;
  }

  @Override
  public void finished(Transaction transaction, Status status, ByteBuf payload) {
    if (!transaction.isInternal()) {
      transaction.complete(status, payload);
    }
    transaction.clear();
    live.remove(transaction);
  }

  /** Gives back what is still in flight. */
  @Override
  public void close() {
    core.close();
    live.forEach(Transaction::clear);
    writes.stream().filter(write -> !write.isDone()).forEach(write -> write.payload().release());
  }

  @Override
  public Transaction blank() {
    Transaction blank = new Transaction();
    live.add(blank);
    return blank;
  }

  @Override
  public void verifier(UUID verifier) {
    marker.add("v" + verifier.getLeastSignificantBits());
  }

  @Override
  public void unflushed(boolean any) {
    marker.add(any ? "dirty" : "clean");
  }
}
