package org.dst.system.tamper;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/**
 * Suppresses log messages below ERROR while it is open, because a line per link would drown the
 * rest.
 */
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
