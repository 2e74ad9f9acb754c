package org.dst.client.session;

import io.netty.buffer.ByteBuf;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.dst.client.device.BlockRequest;
import org.dst.client.lane.ClientCounter;
import org.dst.client.lane.ClientLaneActions;
import org.dst.client.lane.LaneCore;
import org.dst.client.lane.PinnedExport;
import org.dst.client.lane.Transaction;
import org.dst.client.lane.UnflushedMarker;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.count.Counters;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.system.sim.Frames;

/** Stands in for {@link Lane} around the real lane core, without sockets. */
public final class SimLane implements LaneSubmitter, ClientLaneActions {
  private final World world;
  private final SessionOptions options;
  private final SessionOptions.Identity identity;
  private final PinnedExport export;
  private final int number;
  private final LaneCore core;
  private final Frames frames = new Frames();
  private final Consumer<Attached> attached;
  private final Consumer<Refused> refused;
  private Wire wire;
  private boolean ending;
  private long wakes;
  private UUID verifier;

  /** The world that a lane lives in. */
  public interface World {
    /** Nanoseconds of the lane's clock. */
    long now();

    /** Runs something later, unless the process has died by then. */
    void later(long nanos, Runnable task);

    /** Connects; answers later with a wire, or with null. */
    void connect(Consumer<Wire> outcome, Consumer<byte[]> receiver, Runnable closed);

    /** Notes an event. */
    void note(String text);

    /** A change is sent again by a replay. */
    void replays(long value);
  }

  /** The client's end of a connection. */
  public interface Wire {
    /** Sends a frame. */
    void send(byte[] frame);

    /** Closes; the closing is reported as any other. */
    void close();
  }

  /** All lanes of a session share export. */
  public static final class Shared {
    private final PinnedExport export;

    /**
     * @param freshness of the store, as known from before; 0 if unknown
     */
    public Shared(long freshness) {
      export = new PinnedExport(freshness);
    }

    /** How fresh the store was, as the server told it last. */
    public long freshness() {
      return export.freshness();
    }

    /** Passes on how fresh the store is, whenever the server says it. */
    public void followFreshness(LongConsumer listener) {
      export.followFreshness(listener);
    }
  }

  /** A lane that does nothing before {@link #connect}. */
  public SimLane(
      World world,
      SessionOptions options,
      SessionOptions.Identity identity,
      Shared shared,
      UnflushedMarker journal,
      Counters<ClientCounter> counters,
      int number,
      RandomGenerator random,
      Consumer<Attached> attached,
      Consumer<Refused> refused) {
    this.world = world;
    this.options = options;
    this.identity = identity;
    this.export = shared.export;
    this.number = number;
    this.attached = attached;
    this.refused = refused;
    core =
        new LaneCore(
            options.lane(),
            this,
            new UnflushedMarker() {
              @Override
              public void verifier(UUID current) {
                verifier = current;
                journal.verifier(current);
              }

              @Override
              public void unflushed(boolean any) {
                journal.unflushed(any);
              }
            },
            export,
            identity.pinnedStore(),
            counters,
            random);
  }

  /** A session over such lanes. */
  public static Session session(Attached first, SimLane[] lanes, int maxPart) {
    return new Session("disk", first, lanes, maxPart);
  }

  /** Starts to connect. */
  public void connect() {
    core.connect(world.now());
    planWake();
  }

  /** The verifier of the server's cache that the lane has seen last. */
  public UUID verifier() {
    return verifier;
  }

  /** Whether transactions flow. */
  public boolean isUp() {
    return core.isUp();
  }

  @Override
  public void dial(long connectNanos) {
    world.connect(this::dialed, this::received, this::closed);
  }

  private void dialed(Wire opened) {
    if (opened == null) {
      core.lost(world.now());
    } else {
      wire = opened;
      core.opened(world.now());
    }
    planWake();
  }

  @Override
  public void attach(long generation) {
    Attach attach = AttachMessage.of(options, identity, export, number, generation);
    wire.send(frames.encode(Opcode.ATTACH, attach::encode));
  }

  private void received(byte[] bytes) {
    if (wire == null || ending) {
      return;
    }
    try {
      receive(frames.decode(bytes));
    } catch (MalformedException malformed) {
      endLink(malformed.getMessage());
    }
    planWake();
  }

  private void receive(Frames.Frame frame) throws MalformedException {
    core.heard(world.now());
    FrameHeader header = frame.header();
    if (header.opcode() == Opcode.REPLY) {
      core.reply(header.id(), header.status(), frame.intact(), frame.payload(), world.now());
    } else if (!frame.intact()) {
      throw new MalformedException("damaged payload of " + header);
    } else if (header.opcode() == Opcode.ATTACHED) {
      granted(Attached.decode(frame.payload()));
    } else if (header.opcode() == Opcode.REFUSED) {
      Refused answer = Refused.decode(frame.payload());
      if (answer.code() != RefusalCode.UNAVAILABLE) {
        core.refused();
      }
      endLink(answer.text());
      if (answer.code() == RefusalCode.DEPOSED && export.first() != null) {
        core.deposed(answer.text());
      }
      refused.accept(answer);
    } else if (header.opcode() == Opcode.NOTICE
        && Notice.decode(frame.payload()) instanceof Notice.Freshness freshness) {
      export.fresher(freshness.number());
    } else if (header.opcode() != Opcode.PONG && header.opcode() != Opcode.DETACHED) {
      throw new MalformedException("out of place: " + header);
    }
  }

  private void granted(Attached answer) throws MalformedException {
    String objection = core.attached(answer, world.now());
    if (objection != null) {
      endLink(objection);
    } else {
      attached.accept(answer);
    }
  }

  private void closed() {
    ending = false;
    wire = null;
    core.lost(world.now());
    planWake();
  }

  /** One timer is valid at a time, the last one that was planned. */
  private void planWake() {
    long mine = ++wakes;
    long now = world.now();
    world.later(
        Math.max(core.nextWakeNanos(now) - now, 1000),
        () -> {
          if (wakes == mine) {
            core.tick(world.now());
            planWake();
          }
        });
  }

  /** Tells the server that the session leaves by this lane. */
  public void detach() {
    wire.send(frames.encode(new FrameHeader().start(Opcode.DETACH, 0, 0), null));
  }

  @Override
  public void ping() {
    wire.send(frames.encode(new FrameHeader().start(Opcode.PING, 0, 1), null));
  }

  @Override
  public void endLink(String why) {
    if (wire != null && !ending) {
      world.note("lane " + number + " ends its link: " + why);
      ending = true;
      world.later(0, wire::close);
    }
  }

  @Override
  public void send(Transaction transaction, long watermark) {
    FrameHeader header =
        new FrameHeader()
            .start(transaction.opcode(), transaction.flags(), transaction.id())
            .watermark(watermark)
            .range(transaction.offset(), transaction.count());
    if (transaction.isReplay() && transaction.payload() != null) {
      frames.compute(transaction.payload(), transaction.checksum());
      world.replays(transaction.payload().getLong(transaction.payload().readerIndex()));
    }
    if (wire != null && !ending) {
      wire.send(frames.encode(header, transaction.checksum(), transaction.payload()));
    }
  }

  @Override
  public boolean canSend() {
    return wire != null && !ending;
  }

  @Override
  public boolean isQueued(Transaction transaction) {
    return false;
  }

  @Override
  public boolean isIntact(Transaction transaction) {
    return transaction.payload() == null
        || frames.matches(transaction.payload(), transaction.checksum());
  }

  @Override
  public void finished(Transaction transaction, Status status, ByteBuf payload) {
    if (!transaction.isInternal()) {
      transaction.complete(status, payload);
    }
    transaction.clear();
  }

  @Override
  public Transaction blank() {
    return new Transaction();
  }

  @Override
  public void submit(BlockRequest request) {
    submit(blank().of(request));
  }

  @Override
  public void submit(SplitRequest split, int part, long offset, long count, ByteBuf payload) {
    submit(blank().of(split, part, offset, count, payload));
  }

  private void submit(Transaction transaction) {
    if (transaction.payload() != null) {
      frames.compute(transaction.payload(), transaction.checksum());
    }
    core.submit(transaction, world.now());
    planWake();
  }
}
