/**
 * JMH benchmarks of ciphers and checksums, run by bin/benchmark-crypto; no tests. Each runs in a
 * JVM of its own.
 */
package org.dst.crypto.benchmark;
