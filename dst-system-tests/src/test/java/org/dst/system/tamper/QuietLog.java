package org.dst.system.tamper;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** While it is open, nothing below an error is logged: a line for each link would be most of it. */
final class QuietLog implements AutoCloseable {
  private static final Logger LOG = (Logger) LoggerFactory.getLogger("org.dst");

  QuietLog() {
    LOG.setLevel(Level.ERROR);
  }

  @Override
  public void close() {
    LOG.setLevel(null);
  }
}
