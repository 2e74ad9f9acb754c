package org.dst.server.medium;

/** The result of comparing two sets of marks. */
public enum MarkComparison {
  /** Lasting marks agree, and nothing contradicts. */
  SAME,
  /** It is another medium, or none of the recorded marks is present any more. */
  DIFFERENT,
  /** Nothing contradicts, but no lasting mark agrees either: only the path does. */
  UNRECOGNISABLE
}
