package org.dst.server.port;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.dst.protocol.MalformedException;
import org.dst.protocol.Opcode;
import org.dst.protocol.message.Attach;
import org.dst.protocol.message.Listing;
import org.dst.protocol.message.RefusalCode;
import org.dst.server.export.Export;
import org.dst.server.session.LinkHandle;

/** The attach phase of a link: one LIST or one ATTACH, within a time limit. Event loop only. */
final class AttachPhase {
  private final LinkContext server;
  private final LinkHandle link;
  private final ControlWriter control;
  private final ScheduledFuture<?> timer;
  private boolean listed;
  private boolean attaching;

  /** Null until the client has named an export of this server. */
  private RegistryProxy registry;

  /**
   * Starts the time limit.
   *
   * @param expired receives the reason for ending the link
   */
  AttachPhase(
      LinkContext server,
      LinkHandle link,
      ControlWriter control,
      EventLoop loop,
      Consumer<String> expired) {
    this.server = server;
    this.link = link;
    this.control = control;
    timer =
        loop.schedule(
            () -> expired.accept("no attach within " + server.attachTimeout().toSeconds() + " s"),
            server.attachTimeout().toMillis(),
            TimeUnit.MILLISECONDS);
  }

  /** Answers a LIST. */
  void list() throws MalformedException {
    if (listed || attaching) {
      throw new MalformedException("LIST after a LIST or an ATTACH on one link");
    }
    listed = true;
    for (Listing part : Listing.parts(server.listing(link.peer()))) {
      control.send(Opcode.LISTING, part::encode);
    }
  }

  /** Passes an ATTACH to the registry of its export, which grants or refuses it. */
  void attach(Attach attach) throws MalformedException {
    if (attaching || listed) {
      throw new MalformedException("ATTACH after an ATTACH or a LIST on one link");
    }
    attaching = true;
    Export export = server.export(attach.export());
    if (export == null) {
      link.refused(
          RefusalCode.UNKNOWN_EXPORT, "server has no export named '" + attach.export() + "'", null);
      return;
    }
    registry = new RegistryProxy(export, attach, link);
    registry.requestLane();
  }

  /** The registry has granted the lane: stops the time limit. */
  RegistryProxy granted() {
    timer.cancel(false);
    return registry;
  }

  /** The link was closed before it was granted a lane. */
  void close() {
    timer.cancel(false);
    if (registry != null) {
      registry.candidateClosed();
    }
  }
}
