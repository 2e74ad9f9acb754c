package org.dst.server.medium;

/** What the comparison of two sets of marks says. */
public enum MarkComparison {
  /** Lasting marks agree, and nothing contradicts. */
  SAME,
  /** It is another medium, or nothing that was recorded can be found any more. */
  DIFFERENT,
  /** Nothing contradicts, but there is no lasting mark either: only the path speaks for it. */
  UNRECOGNISABLE
}
