package org.dst.server.session;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Attached;
import org.dst.protocol.message.RefusalCode;

/** A link of a test: keeps what the desk says to it, and ends when the test says so. */
final class TestLink implements LinkHandle {
  final List<String> fences = new ArrayList<>();
  ServerLane granted;
  RefusalCode refusal;
  String text = "";
  Attach attach;
  private Runnable idle = () -> {};

  /** The link asks the desk. */
  TestLink attach(AttachDesk desk, Attach attach) {
    this.attach = attach;
    desk.attach(attach, this);
    return this;
  }

  /** A granted link is closed and nothing of its lane runs any more. */
  void end(AttachDesk desk) {
    desk.gone(attach.session(), attach.lane(), this);
    idle.run();
  }

  /** The link is closed while it waits for its grant. */
  void withdraw(AttachDesk desk) {
    desk.withdrawn(attach.session(), attach.lane(), this);
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
  }

  @Override
  public void refused(RefusalCode code, String text) {
    if (refusal != null || granted != null) {
      throw new IllegalStateException("answered twice");
    }
    refusal = code;
    this.text = text;
  }

  @Override
  public void fence(String reason, Runnable idle) {
    fences.add(reason);
    this.idle = idle;
  }

  @Override
  public String peer() {
    return "192.0.2.7:4711";
  }
}
