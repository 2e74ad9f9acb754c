/**
 * Counters of events, with stable names, that both ends keep and report. Any thread may count and
 * read.
 */
package org.dst.protocol.count;
