/**
 * Faults under running I/O on the real programs: servers and clients that are killed or stopped,
 * networks that break, damage, delay or swallow. Each test ends without one I/O error and with
 * every block verified, unless the error is what it is about. The table is in docs/faults.md.
 */
package org.dst.system.outage;
