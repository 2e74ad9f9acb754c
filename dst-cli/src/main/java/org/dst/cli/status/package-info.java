/**
 * What {@code dst status} and {@code dstd status} show: JSON reports, which a running program makes
 * of its state on its event loops, and the text that a status command renders from them on the main
 * thread. The field names are documented and stable.
 */
package org.dst.cli.status;
