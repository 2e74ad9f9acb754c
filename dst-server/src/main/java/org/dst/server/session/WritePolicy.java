package org.dst.server.session;

/**
 * What becomes of changes before they are carried out.
 *
 * @param writeThrough whether each is durable before it is acknowledged, whatever was asked
 * @param zeroes what becomes of writes of zeroes
 */
public record WritePolicy(boolean writeThrough, ZeroDetection zeroes) {
  /** Changes are carried out as they come. */
  public static final WritePolicy AS_ASKED = new WritePolicy(false, ZeroDetection.OFF);

  /** These, and each change is durable before it is acknowledged. */
  public WritePolicy withWriteThrough() {
    return new WritePolicy(true, zeroes);
  }
}
