package org.dst.protocol.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a green test that logged an error without {@link ExpectedErrors}, and a green class that
 * leaked a buffer. Leaks are found by Netty's detector, which needs the collector to run: that is
 * why they are told once for each class. Tests of one JVM run one after the other.
 */
public final class Watch
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
  private static final List<String> ERRORS = new CopyOnWriteArrayList<>();
  private static final int COLLECTIONS = 2;
  private static final long COLLECTION_MILLIS = 2000;

  private static boolean installed;

  @Override
  public void beforeAll(ExtensionContext context) {
    synchronized (Watch.class) {
      if (!installed) {
        installed = true;
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + ": " + records));
        var appender = new ErrorAppender();
        LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
        appender.setContext(loggers);
        appender.start();
        loggers.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
      }
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    ERRORS.clear();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean expected =
        context.getRequiredTestMethod().isAnnotationPresent(ExpectedErrors.class)
            || context.getRequiredTestClass().isAnnotationPresent(ExpectedErrors.class);
    if (!ERRORS.isEmpty() && !expected) {
      throw new AssertionError("the test logged errors: " + List.copyOf(ERRORS));
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws InterruptedException {
    List<String> leaks = leaks();
    if (!leaks.isEmpty()) {
      throw new AssertionError(
          "%d buffers leaked, the first one: %s".formatted(leaks.size(), leaks.getFirst()));
    }
  }

  /** Collects garbage, then takes every leak that was found since the last call. */
  static List<String> leaks() throws InterruptedException {
    for (int i = 0; i < COLLECTIONS; i++) {
      collect();
      // The detector looks at its queue when it begins to track another buffer.
      PooledByteBufAllocator.DEFAULT.directBuffer(1).release();
    }
    List<String> leaks = List.copyOf(LEAKS);
    LEAKS.clear();
    return leaks;
  }

  private static void collect() throws InterruptedException {
    var queue = new ReferenceQueue<Object>();
    var canary = new WeakReference<>(new Object(), queue);
    System.gc();
    if (queue.remove(COLLECTION_MILLIS) != canary) {
      throw new AssertionError("no collection within %d ms".formatted(COLLECTION_MILLIS));
    }
  }

  private static final class ErrorAppender extends AppenderBase<ILoggingEvent> {
    @Override
    protected void append(ILoggingEvent event) {
      boolean leak = event.getLoggerName().endsWith("ResourceLeakDetector");
      if (event.getLevel().isGreaterOrEqual(Level.ERROR) && !leak) {
        ERRORS.add(event.getLoggerName() + ": " + event.getFormattedMessage());
      }
    }
  }
}
