package org.dst.server.session;

/**
 * What becomes of changes before they are carried out.
 *
 * @param writeThrough whether each is durable before it is acknowledged, whatever was asked
 * @param zeroes what becomes of writes of zeroes
 */
public record ChangeRules(boolean writeThrough, ZeroDetection zeroes) {
  /** Changes are carried out as they come. */
  public static final ChangeRules AS_ASKED = new ChangeRules(false, ZeroDetection.OFF);

  /** These, and each change is durable before it is acknowledged. */
  public ChangeRules withWriteThrough() {
    return new ChangeRules(true, zeroes);
  }
}
