package org.dst.server.engine;

/**
 * Carries out requests against a store. {@link #submit} is called on the request's event loop, and
 * {@link IoRequest#completed} is called there too, possibly before {@code submit} returns.
 */
public interface IoEngine extends AutoCloseable {
  /**
   * Starts a request. The engine accepts any number: sessions bound them.
   *
   * @param request owned by the engine until its completion
   */
  void submit(IoRequest request);

  /** Completes the submitted requests, then stops the threads. */
  @Override
  void close();
}
