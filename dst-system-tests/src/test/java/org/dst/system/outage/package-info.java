/**
 * Faults under load on the real programs: servers and clients that are killed or stopped, networks
 * that break, corrupt, delay or drop. Unless an error is the point of a test, it must end without a
 * single I/O error and with every block verified. The table is in docs/faults.md.
 */
package org.dst.system.outage;
