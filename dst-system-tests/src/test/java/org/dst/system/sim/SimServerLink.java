package org.dst.system.sim;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledHeapByteBuf;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.Status;
import org.dst.protocol.codec.FrameHeader;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.Notice;
import org.dst.protocol.message.RefusalCode;
import org.dst.protocol.message.Refused;
import org.dst.server.access.Peer;
import org.dst.server.lane.LaneRequest;
import org.dst.server.lane.ServerLane;
import org.dst.server.lane.ServerLaneActions;
import org.dst.server.session.LinkHandle;

/** The server's end of a connection: stands in for ServerLink and LaneTraffic, without sockets. */
final class SimServerLink implements LinkHandle, ServerLaneActions {
  private final SimServer server;
  private final SimConnection.End end;
  private final Timeline time;
  private final Frames frames = new Frames();
  private final int life;
  private Attach attach;
  private ServerLane lane;
  private Attached answer;
  private boolean choked;
  private boolean closed;
  private boolean idle;

  /** The server stops and reads nothing any more. */
  private boolean leaving;

  private final List<Runnable> fenced = new ArrayList<>();

  SimServerLink(SimServer server, SimConnection.End end, Timeline time) {
    this.server = server;
    this.end = end;
    this.time = time;
    life = server.life();
    end.attach(this::received, this::onClosed);
  }

  private void received(byte[] bytes) {
    if (closed || leaving || !server.isLife(life)) {
      return;
    }
    try {
      receive(frames.decode(bytes));
    } catch (MalformedException malformed) {
      time.note("server ends a link: %s", malformed.getMessage());
      end.close();
    }
  }

  private void receive(Frames.Frame frame) throws MalformedException {
    Opcode opcode = frame.header().opcode();
    if (opcode == Opcode.PING) {
      end.send(frames.encode(new FrameHeader().start(Opcode.PONG, 0, frame.header().id()), null));
    } else if (opcode == Opcode.ATTACH && attach == null && frame.intact()) {
      attach = Attach.decode(frame.payload());
      server.post(() -> server.registry().attach(attach, this));
    } else if (lane != null && (opcode == null || opcode.isRequest())) {
      lane.receive(frame.header(), frame.intact(), frame.payload());
    } else if (lane != null && opcode == Opcode.DETACH) {
      lane.drain(this::drained);
    } else {
      throw new MalformedException("out of place: " + frame.header());
    }
  }

  /** The server stops: what has begun ends and is answered, nothing more is started. */
  void goAway() {
    leaving = true;
    if (lane == null) {
      end.close();
    } else {
      lane.drain(end::close);
    }
  }

  private void drained() {
    Runnable left =
        () ->
            server.post(
                () ->
                    end.send(frames.encode(new FrameHeader().start(Opcode.DETACHED, 0, 0), null)));
    server.post(() -> server.registry().detach(attach.session(), attach.lane(), this, left));
  }

  @Override
  public void granted(ServerLane lane, Attached answer) {
    server.post(() -> bind(lane, answer));
  }

  private void bind(ServerLane granted, Attached admission) {
    lane = granted;
    answer = admission;
    lane.bind(this, answer.verifier());
    if (closed) {
      lane.unbind(this::laneIdle);
    } else {
      time.note("attached lane %d, lease %d", attach.lane(), answer.leaseEpoch());
      server.watch().admitted(attach, answer);
      end.send(frames.encode(Opcode.ATTACHED, answer::encode));
    }
  }

  @Override
  public void refused(RefusalCode code, String text, UUID store) {
    server.post(
        () -> {
          time.note("refused: %s %s", code, text);
          Refused refused = Refused.of(code, text, store);
          end.send(frames.encode(Opcode.REFUSED, refused::encode));
          end.close();
        });
  }

  @Override
  public void fence(String reason, Runnable whenIdle) {
    server.post(
        () -> {
          time.note("fenced: %s", reason);
          fenced.add(whenIdle);
          end.close();
          reportFenced();
        });
  }

  private void onClosed() {
    closed = true;
    if (!server.isLife(life)) {
      return;
    }
    if (lane != null) {
      lane.unbind(this::laneIdle);
    } else {
      server.gone(this);
      if (attach != null) {
        server.post(() -> server.registry().candidateClosed(attach.session(), attach.lane(), this));
      }
    }
  }

  private void laneIdle() {
    idle = true;
    server.gone(this);
    server.post(() -> server.registry().linkClosed(attach.session(), attach.lane(), this));
    reportFenced();
  }

  private void reportFenced() {
    if (idle) {
      fenced.forEach(server::post);
      fenced.clear();
    }
  }

  /** The kernel closes the sockets of a process that is gone. */
  void processDied() {
    closed = true;
    end.close();
  }

  @Override
  public void execute(LaneRequest request) {
    server.watch().submitted(request, attach, answer);
    server.engine().submit(request);
  }

  @Override
  public void reply(long id, Status status, ByteBuf payload) {
    FrameHeader header = new FrameHeader().start(Opcode.REPLY, 0, id).status(status);
    end.send(frames.encode(header, payload));
    if (payload != null) {
      payload.release();
    }
  }

  /** The client reads slowly now and then, and its link takes no replies for a while. */
  @Override
  public boolean canReply() {
    if (!choked && server.faults().chokes()) {
      choked = true;
      time.after(
          time.micros(3_000_000),
          () -> {
            choked = false;
            if (!closed && server.isLife(life)) {
              lane.startWaiting();
            }
          });
    }
    return !choked;
  }

  @Override
  public ByteBufAllocator allocator() {
    return HEAP;
  }

  @Override
  public void resized() {
    throw new UnsupportedOperationException("simulated stores keep their size");
  }

  @Override
  public void freshened() {
    server.post(
        () -> {
          if (lane != null && !closed) {
            end.send(
                frames.encode(
                    Opcode.NOTICE, new Notice.Freshness(server.export().freshness())::encode));
          }
        });
  }

  @Override
  public Peer peer() {
    return Peer.plain(InetAddress.getLoopbackAddress());
  }

  /** Payloads on the heap: they need not be released when a process dies. */
  static final ByteBufAllocator HEAP =
      new AbstractByteBufAllocator(false) {
        @Override
        protected ByteBuf newHeapBuffer(int initial, int most) {
          return new UnpooledHeapByteBuf(this, initial, most);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initial, int most) {
          return newHeapBuffer(initial, most);
        }

        @Override
        public boolean isDirectBufferPooled() {
          return false;
        }
      };
}
