package org.dst.server.session;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.access.Peer;
import org.dst.server.lane.ServerLane;

/** A link of a test: keeps what the registry says to it, and ends when the test says so. */
final class TestLink implements LinkHandle {
  final List<String> fences = new ArrayList<>();
  int resizes;
  int freshened;
  ServerLane granted;
  Attached answer;
  RefusalCode refusal;
  String text = "";
  Attach attach;
  UUID toldStore;
  private final Peer peer;
  private final List<Runnable> idle = new ArrayList<>();

  TestLink() {
    this(Peer.plain(InetAddress.ofLiteral("192.0.2.7")));
  }

  TestLink(Peer peer) {
    this.peer = peer;
  }

  /** The link asks the registry. */
  TestLink attach(SessionRegistry registry, Attach attach) {
    this.attach = attach;
    registry.attach(attach, this);
    return this;
  }

  /** A granted link is closed and nothing of its lane runs any more. */
  void end(SessionRegistry registry) {
    registry.linkClosed(attach.session(), attach.lane(), this);
    idle.forEach(Runnable::run);
    idle.clear();
  }

  /** The client leaves by this link; answers whether that was confirmed. */
  boolean leave(SessionRegistry registry) {
    boolean[] left = new boolean[1];
    registry.detach(attach.session(), attach.lane(), this, () -> left[0] = true);
    return left[0];
  }

  /** The link is closed while it waits for its grant. */
  void withdraw(SessionRegistry registry) {
    registry.candidateClosed(attach.session(), attach.lane(), this);
  }

  UUID session() {
    return attach.session();
  }

  @Override
  public void granted(ServerLane lane, Attached answer) {
    if (refusal != null || granted != null) {
      throw new IllegalStateException("answered twice");
    }
    granted = lane;
    this.answer = answer;
  }

  @Override
  public void refused(RefusalCode code, String text, UUID store) {
    if (refusal != null || granted != null) {
      throw new IllegalStateException("answered twice");
    }
    refusal = code;
    this.text = text;
    toldStore = store;
  }

  @Override
  public void fence(String reason, Runnable idle) {
    fences.add(reason);
    this.idle.add(idle);
  }

  @Override
  public void resized() {
    resizes++;
  }

  @Override
  public void freshened() {
    freshened++;
  }

  @Override
  public Peer peer() {
    return peer;
  }
}
