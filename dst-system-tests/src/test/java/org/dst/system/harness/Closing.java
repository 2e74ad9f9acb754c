package org.dst.system.harness;

import java.util.Objects;
import java.util.stream.Stream;

/** Closes resources that the tests of a class share. */
public final class Closing {
  private Closing() {}

  /**
   * Closes each of {@code resources} that is not null, in this order, even if some fail; then
   * throws an error in which their failures are suppressed.
   */
  public static void inOrder(AutoCloseable... resources) {
    AssertionError failure = new AssertionError("failures while closing");
    Stream.of(resources).filter(Objects::nonNull).forEach(resource -> close(resource, failure));
    if (failure.getSuppressed().length > 0) {
      throw failure;
    }
  }

  private static void close(AutoCloseable resource, AssertionError failure) {
    try {
      resource.close();
    } catch (Exception | AssertionError cause) {
      failure.addSuppressed(cause);
    }
  }
}
