package org.dst.client.nbd.wire;

/** The metadata contexts of this server: {@code base:allocation} and no other. */
public final class MetaContext {
  /** The id that stands for base:allocation in this server's replies. */
  public static final int ALLOCATION_ID = 1;

  public static final String ALLOCATION = "base:allocation";

  /** Every context of the base namespace; only for listing. */
  private static final String BASE_WILDCARD = "base:";

  private MetaContext() {}

  /**
   * Whether a query finds base:allocation. Queries of unknown namespaces and leaf names find
   * nothing, which is no error; the wildcard lists but does not select.
   */
  public static boolean matches(String query, boolean listing) {
    return query.equals(ALLOCATION) || listing && query.equals(BASE_WILDCARD);
  }
}
