/**
 * Tests of the whole system: the programs {@code dstd} and {@code dst} as real processes, used by
 * the NBD clients that people use. Run by Maven, a quick part in every build and all of it by
 * {@code bin/verify}.
 */
package org.dst.system;
