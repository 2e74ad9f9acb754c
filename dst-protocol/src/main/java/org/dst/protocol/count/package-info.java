/**
 * Event counters with stable names, kept by both ends and reported by {@code status}. Any thread
 * may count and read.
 */
package org.dst.protocol.count;
