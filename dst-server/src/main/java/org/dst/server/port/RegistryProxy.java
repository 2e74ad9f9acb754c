package org.dst.server.port;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.dst.protocol.message.Attach;
import org.dst.server.export.Export;
import org.dst.server.session.LinkHandle;
import org.dst.server.session.SessionRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A link's view of the session registry, which it calls on the export's home loop. Any thread. */
final class RegistryProxy {
  private static final Logger log = LoggerFactory.getLogger(RegistryProxy.class);

  private final Export export;
  private final Attach attach;
  private final LinkHandle link;

  RegistryProxy(Export export, Attach attach, LinkHandle link) {
    this.export = export;
    this.attach = attach;
    this.link = link;
  }

  Export export() {
    return export;
  }

  /** The link's attach message. */
  Attach attach() {
    return attach;
  }

  /** Asks for the lane. */
  void requestLane() {
    call(registry -> registry.attach(attach, link));
  }

  /** The link was closed before it was granted the lane. */
  void candidateClosed() {
    call(registry -> registry.candidateClosed(attach.session(), attach.lane(), link));
  }

  /** The link is closed, and nothing of its lane runs any more. */
  void linkClosed() {
    call(registry -> registry.linkClosed(attach.session(), attach.lane(), link));
  }

  /**
   * The client detaches, and nothing of its lane runs any more.
   *
   * @param detached called on the home loop
   */
  void detach(Runnable detached) {
    call(registry -> registry.detach(attach.session(), attach.lane(), link, detached));
  }

  private void call(Consumer<SessionRegistry> action) {
    run(() -> action.accept(export.registry()));
  }

  /** Runs a task on the home loop, unless that was stopped because a drain timed out. */
  void run(Runnable task) {
    try {
      export.home().execute(task);
    } catch (RejectedExecutionException stopped) {
      log.debug("the registry of '{}' was closed before its link {}", export.name(), link.peer());
    }
  }
}
